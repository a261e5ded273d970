/* SPDX-License-Identifier: BSD-3-Clause */
/* What runs next. While threads are runnable, events and deadlines are looked at now and then; when
 * none is, the platform sleeps until an event or the earliest deadline, on the stack of the thread
 * that gave up the processor last. */
#include <errno.h>

#include <flexos/time.h>

#include "thread.h"

#define PATIENCE_NS 3000000000u /* before a wait for nothing but a signal is called a deadlock */
#define LOOK_INTERVAL_NS                                                                           \
    1000000u /* busy threads delay events by at most this, plus one turn of each */

static uint64_t last_look;

static void expire(uint64_t now) {
    struct thread *t;

    while ((t = deadline_first()) && t->deadline <= now) {
        thread_ready(t, -ETIMEDOUT);
    }
}

static size_t put(char *line, size_t at, const char *text) {
    while (*text) {
        line[at++] = *text++;
    }
    return at;
}

static size_t put_number(char *line, size_t at, uint64_t n, unsigned base) {
    char digits[20];
    size_t count = 0;

    do {
        digits[count++] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n);
    while (count) {
        line[at++] = digits[--count];
    }
    return at;
}

/* All threads wait for keys that only a thread could wake. Linux would hang; here the image can
 * know and say it. */
static void report(const char *what) {
    char line[160];
    size_t at = put(line, 0, what);
    struct thread *t = NULL;

    at = put(line, at, "; threads: ");
    at = put_number(line, at, thread_count(), 10);
    at = put(line, at, "\n");
    flexos_console_write(line, at);
    while ((t = thread_walk(t))) {
        at = put(line, 0, "  thread ");
        at = put_number(line, at, (uint64_t)t->tid, 10);
        at = put(line, at, " waits for key 0x");
        at = put_number(line, at, t->key, 16);
        at = put(line, at, " (an address: mutex, condition, join, pipe ...)\n");
        flexos_console_write(line, at);
    }
}

/* Sleeps until something happens. Waits that only a signal could end are a deadlock too, unless a
 * handler mends it; so after a while they are reported, once, and the image goes on waiting. */
static void sleep_for_events(void) {
    static bool reported;
    const struct thread *first = deadline_first();
    unsigned events = 0;

    if (!first && !events_wanted()) {
        report("flexos: deadlock: no thread can run again");
        flexos_exit(FLEXOS_EXIT_FAULT);
    }
    if (!first && !reported && !events_expected()) {
        events = flexos_wait(flexos_clock_ns() + PATIENCE_NS);
        if (!events) {
            reported = true;
            report("flexos: deadlock: no thread can run unless a signal comes");
        }
    } else {
        events = flexos_wait(first ? first->deadline : SCHED_FOREVER);
    }
    events_tell(events);
}

struct thread *next_thread(void) {
    struct thread *t = deadline_first();
    uint64_t now;

    now = flexos_clock_ns();
    if (t) {
        expire(now);
    }
    if (now - last_look > LOOK_INTERVAL_NS && events_wanted()) {
        last_look = now;
        events_tell(flexos_wait(0));
    }
    while (!(t = queue_take())) {
        sleep_for_events();
        last_look = flexos_clock_ns();
        expire(last_look);
    }
    return t;
}

void schedule(void) {
    struct thread *self = thread_current, *next = next_thread();

    if (next != self) {
        thread_current = next;
        flexos_thread_switch(next->tid);
    }
}

void sched_pass(void) {
    queue_append(thread_self());
    schedule();
}

long sys_sched_yield(void);
long sys_sched_yield(void) {
    sched_pass();
    return 0;
}
