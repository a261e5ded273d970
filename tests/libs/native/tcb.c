/* SPDX-License-Identifier: BSD-3-Clause */
/* A stand-in for the trusted computing base, so that libraries can be tested as an ordinary program
 * with sanitizers: threads are ucontexts, the console is memory, events come from the test. */
#include "native.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <ucontext.h>

#include <flexos/core.h>
#include <flexos/platform.h>
#include <flexos/published.h>

#define STACK (64u * 1024)

struct flexos_published flexos_published = {.threads = FLEXOS_MAX_THREADS, .heap_size = 1u << 30};

static struct {
    ucontext_t context;
    void *stack;
    void (*entry)(void *);
    void *argument;
    bool used;
} threads[FLEXOS_MAX_THREADS];
static int dead = -1; /* whose stack is freed by the next thread that runs */
unsigned native_switches;
unsigned native_events, native_waits;
void (*native_on_wait)(uint64_t deadline_ns);
char native_console[65536];
size_t native_console_length;
const char *native_input = "";
jmp_buf native_exit;
int native_exit_status;
bool native_exit_expected;

static void bury(void) {
    if (dead >= 0) {
        munmap(threads[dead].stack, STACK);
        threads[dead].used = false;
        dead = -1;
    }
}

static void begin(void) {
    int self = (int)flexos_published.current;

    bury();
    threads[self].entry(threads[self].argument);
    abort();
}

int flexos_thread_create(void (*entry)(void *), void *arg) {
    static int next = 1;
    int tries;

    for (tries = 0; tries < FLEXOS_MAX_THREADS; tries++, next++) {
        int tid = next % FLEXOS_MAX_THREADS;

        if (tid && !threads[tid].used) {
            threads[tid].stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            threads[tid].entry = entry;
            threads[tid].argument = arg;
            threads[tid].used = true;
            getcontext(&threads[tid].context);
            threads[tid].context.uc_stack.ss_sp = threads[tid].stack;
            threads[tid].context.uc_stack.ss_size = STACK;
            makecontext(&threads[tid].context, begin, 0);
            next++;
            return tid;
        }
    }
    return -EAGAIN;
}

int flexos_thread_switch(int tid) {
    int self = (int)flexos_published.current;

    if (tid != 0 && !threads[tid].used) {
        return -ESRCH;
    }
    native_switches++;
    flexos_published.current = (uint32_t)tid;
    swapcontext(&threads[self].context, &threads[tid].context);
    bury();
    return 0;
}

void flexos_thread_exit(int next) {
    int self = (int)flexos_published.current;

    if (self != 0) {
        dead = self;
    }
    flexos_published.current = (uint32_t)next;
    setcontext(&threads[next].context);
    abort();
}

int64_t flexos_clock(int clock) {
    struct timespec t;

    clock_gettime(clock == FLEXOS_CLOCK_WALL ? CLOCK_REALTIME : CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000 + t.tv_nsec;
}

unsigned flexos_wait(uint64_t deadline_ns) {
    unsigned events;

    native_waits++;
    if (native_on_wait) {
        native_on_wait(deadline_ns);
    }
    events = native_events;
    native_events = 0;
    if (!events && deadline_ns != 0) {
        if (deadline_ns == FLEXOS_FOREVER) {
            fprintf(stderr, "native: sleeping for ever\n");
            abort();
        }
        while ((uint64_t)flexos_clock(FLEXOS_CLOCK_MONOTONIC) < deadline_ns) {
            nanosleep(&(struct timespec){0, 100000}, NULL);
        }
    }
    return events;
}

long flexos_console_write(const void *buf, size_t len) {
    if (len > sizeof(native_console) - 1 - native_console_length) {
        native_console_length = 0;
    }
    memcpy(native_console + native_console_length, buf, len);
    native_console_length += len;
    native_console[native_console_length] = '\0';
    return (long)len;
}

long flexos_console_read(void *buf, size_t len) {
    size_t length = native_input ? strlen(native_input) : 0;

    if (!native_input) {
        return 0;
    }
    if (!length) {
        return -EAGAIN;
    }
    length = length < len ? length : len;
    memcpy(buf, native_input, length);
    native_input += length;
    return (long)length;
}

long flexos_random(void *buf, size_t len) {
    return getrandom(buf, len, 0);
}

void flexos_exit(int status) {
    if (native_exit_expected) {
        native_exit_expected = false;
        native_exit_status = status;
        longjmp(native_exit, 1);
    }
    exit(status);
}

/* TAP */
int native_failed;
static int count;

void check(bool good, const char *file, int line, const char *what) {
    count++;
    native_failed += !good;
    printf("%sok %d - %s (%s:%d)\n", good ? "" : "not ", count, what, file, line);
    fflush(stdout);
}

int finish(void) {
    printf("1..%d\n", count);
    return native_failed != 0;
}

unsigned scale(unsigned normal) {
    const char *factor = getenv("FLEXOS_SCALE");
    double f = factor ? strtod(factor, NULL) : 1;

    return (unsigned)((double)normal * (f > 0 ? f : 1));
}
