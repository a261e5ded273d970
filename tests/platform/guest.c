/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tests the services of the TCB from inside an image without mechanism, linked by hand (core, the
 * platform, this file). The other ends of the devices are host.c. Prints `ok - ...` lines.
 */
#include <stdbool.h>

#include "core/layout.h"
#include "flexos/core.h"
#include "flexos/platform.h"
#include "flexos/published.h"
#include "flexos/volume.h"

#define EAGAIN 11
#define EINVAL 22
#define ENODEV 19
#define EMSGSIZE 90
#define ERANGE 34
#define ESRCH 3
#define EFAULT 14
#define MS 1000000UL

const struct flexos_layout flexos_layout = {
    .magic = FLEXOS_LAYOUT_MAGIC,
    .version = FLEXOS_LAYOUT_VERSION,
    .mechanism = FLEXOS_MECHANISM_NONE,
    .stack_slot = 1 << 20, /* so there are 1024 threads */
    .memory = 8 << 20,
};

static int failed;

static void say(const char *text) {
    size_t n = 0;
    while (text[n] != '\0') {
        n++;
    }
    flexos_console_write(text, n);
}

static void test(const char *name, bool good) {
    failed += !good;
    say(good ? "ok - " : "not ok - ");
    say(name);
    say("\n");
}

static bool equal(const char *a, const char *b) {
    while (*a == *b && *a != '\0') {
        a++;
        b++;
    }
    return *a == *b;
}

static uint64_t now(void) {
    const struct flexos_published *p = &flexos_published;
    uint32_t low, high;
    if (p->tsc_mult == 0) {
        return (uint64_t)flexos_clock(FLEXOS_CLOCK_MONOTONIC);
    }
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
    const uint64_t ticks = ((uint64_t)high << 32 | low) - p->tsc_base;
    return p->mono_base_ns + (uint64_t)((unsigned __int128)ticks * p->tsc_mult >> p->tsc_shift);
}

static int steps, order[8];

static void worker(void *arg) {
    for (;;) {
        order[steps++ % 8] = (int)(uintptr_t)arg;
        flexos_thread_switch(0);
    }
}

static void once(void *arg) {
    (void)arg;
    steps++;
    flexos_thread_exit(0);
}

static void threads(void) {
    const int a = flexos_thread_create(worker, (void *)1);
    const int b = flexos_thread_create(worker, (void *)2);
    flexos_thread_switch(a);
    flexos_thread_switch(b);
    flexos_thread_switch(a);
    test("threads run when they are switched to",
         steps == 3 && order[0] == 1 && order[1] == 2 && order[2] == 1);
    test("the current thread is published", flexos_published.current == 0);
    test("switching to oneself does nothing", flexos_thread_switch(0) == 0 && steps == 3);
    test("no such thread", flexos_thread_switch(b + 1) == -ESRCH &&
                               flexos_thread_switch(-1) == -ESRCH &&
                               flexos_thread_set_tp(5000, NULL) == -ESRCH);
    const int first = flexos_thread_create(once, NULL);
    flexos_thread_switch(first);
    test("a thread ends", steps == 4 && flexos_thread_switch(first) == -ESRCH);
    test("its number is used again", flexos_thread_create(once, NULL) == first);
    flexos_thread_switch(first);
    steps = 0;
    for (int i = 0; i < 3000; i++) {
        flexos_thread_switch(flexos_thread_create(once, NULL));
    }
    test("three thousand threads, one after the other", steps == 3000);
    int count = 0, tid;
    while ((tid = flexos_thread_create(once, NULL)) > 0) {
        count++;
    }
    test("as many threads as there are stack slots", count == 1024 - 3 && tid == -EAGAIN);
    int mark;
    flexos_thread_set_tp(0, &mark);
    flexos_thread_set_tp(a, &steps);
    test("each thread has a thread pointer", flexos_published.tp == &mark);
    test("no entry", flexos_thread_create(NULL, NULL) == -EINVAL);
}

static void memory(void) {
    volatile char *heap = flexos_arena(1) + FLEXOS_HEAP_OFFSET;
    test("the heap has the size that the layout says", flexos_published.heap_size == 8 << 20);
    heap[4096] = 7;
    test("pages are given back",
         flexos_memory_release((void *)(uintptr_t)(heap + 4096), 4096) == 0 && heap[4096] == 0);
    test("only whole pages", flexos_memory_release((void *)(uintptr_t)(heap + 1), 4096) == -EINVAL);
    test("only of the heap",
         flexos_memory_release(flexos_arena(1), 4096) == -EFAULT &&
             flexos_memory_release((void *)(uintptr_t)heap, 9 << 20) == -EFAULT);
}

static void clocks(void) {
    const uint64_t start = now(), host = (uint64_t)flexos_clock(FLEXOS_CLOCK_MONOTONIC);
    test("the published clock is the host's", host - start < MS || start - host < MS);
    test("a wait ends at its deadline", flexos_wait(now() + 30 * MS) == FLEXOS_EVENT_TIMEOUT);
    const uint64_t took = now() - start;
    test("and not before", took >= 30 * MS);
    test("a past deadline only looks", flexos_wait(1) == 0 && flexos_wait(0) == 0);
    uint64_t last = now();
    bool forward = true;
    while (last < start + 2500 * MS) { /* over two corrections of the clock */
        if (last % 64 == 0) {
            flexos_wait(0);
        }
        const uint64_t t = now();
        forward = forward && t >= last;
        last = t;
    }
    const int64_t apart = (int64_t)(now() - (uint64_t)flexos_clock(FLEXOS_CLOCK_MONOTONIC));
    test("time never goes back", forward);
    test("and stays with the host's", apart > -200000 && apart < 200000);
    test("no such clock", flexos_clock(7) == -EINVAL);
}

static void console(void) {
    char text[8];
    test("nothing to read yet", flexos_console_read(text, 8) == -EAGAIN);
    say("> console\n");
    test("input is an event", flexos_wait(FLEXOS_FOREVER) == FLEXOS_EVENT_CONSOLE);
    test("and is read", flexos_console_read(text, 8) == 3 && text[0] == 'a' && text[2] == 'c');
    say("> close\n");
    long n;
    while ((n = flexos_console_read(text, 8)) == -EAGAIN) {
        flexos_wait(FLEXOS_FOREVER);
    }
    test("the end of the input", n == 0 && flexos_console_read(text, 8) == 0);
    test("keeps nobody awake", flexos_wait(now() + 5 * MS) == 0);
}

static void signals(void) {
    test("no signal is pending", *flexos_published.signals == 0);
    say("> signal\n");
    test("a signal is an event", flexos_wait(FLEXOS_FOREVER) == FLEXOS_EVENT_SIGNAL);
    test("until it is taken", flexos_wait(now() + 1000 * MS) == FLEXOS_EVENT_SIGNAL);
    test("which tells the number", flexos_signals_take() == 1UL << 14);
    test("once", flexos_signals_take() == 0 && flexos_wait(now() + MS) == 0);
}

static void fill(struct flexos_packet *p, char *data, uint32_t size, char value) {
    for (uint32_t i = 0; i < size; i++) {
        data[i] = value;
    }
    *p = (struct flexos_packet){.data = data, .size = size};
}

static void network(void) {
    static char out[3][2000], in[4][2000];
    struct flexos_packet p[4];
    struct flexos_net_info info;
    test("the network device", flexos_net_info(0, &info) == 0 && info.mac[0] == 0x52 &&
                                   info.mac[5] == 0x56 && info.mtu == 1400);
    test("its address", info.address == 0x0202000a && info.netmask == 0x00ffffff &&
                            info.gateway == 0x0102000a && info.nameserver == 0x0302000a);
    test("its offload", info.offload == (FLEXOS_PACKET_CSUM | FLEXOS_PACKET_TCP4));
    test("there is one only", flexos_net_info(1, &info) == -ENODEV);
    for (int i = 0; i < 4; i++) {
        p[i] = (struct flexos_packet){.data = in[i], .size = sizeof in[i]};
    }
    test("no packet yet", flexos_net_receive(0, p, 4) == -EAGAIN);
    fill(&p[0], out[0], 60, 'a');
    fill(&p[1], out[1], 1414, 'b');
    fill(&p[2], out[2], 100, 'c');
    p[1].flags = FLEXOS_PACKET_CSUM;
    p[1].csum_start = 34;
    p[1].csum_offset = 16;
    p[2].flags = FLEXOS_PACKET_CSUM | FLEXOS_PACKET_TCP4;
    p[2].csum_start = 34;
    p[2].gso_size = 1360;
    test("three packets are sent at once", flexos_net_send(0, p, 3) == 3);
    for (int i = 0; i < 4; i++) {
        p[i] = (struct flexos_packet){.data = in[i], .size = sizeof in[i]};
    }
    long got = 0;
    while (got < 3) {
        const long n = flexos_net_receive(0, p + got, (unsigned)(4 - got));
        got += n > 0 ? n : 0;
        if (n == -EAGAIN && flexos_wait(now() + 1000 * MS) != FLEXOS_EVENT_NET(0)) {
            break;
        }
    }
    test("and come back", got == 3 && p[0].used == 60 && p[1].used == 1414 && p[2].used == 100);
    test("with their contents", in[0][59] == 'a' && in[1][1413] == 'b' && in[2][0] == 'c');
    test("and their flags", p[0].flags == 0 && p[1].flags == FLEXOS_PACKET_CSUM &&
                                p[1].csum_start == 34 && p[1].csum_offset == 16 &&
                                p[2].flags == (FLEXOS_PACKET_CSUM | FLEXOS_PACKET_TCP4) &&
                                p[2].gso_size == 1360);
    p[0].size = 100000;
    test("too large a packet", flexos_net_send(0, p, 1) == -EMSGSIZE);
}

static void volumes(void) {
    static char data[64];
    char name[32];
    int read_only = -1;
    struct flexos_volume_request r = {
        .op = FLEXOS_VOLUME_OPEN, .id = 9, .path_length = 5, .data_length = 3};
    struct flexos_volume_response reply;
    test("the volume's name", flexos_volume_name(0, name, sizeof name, &read_only) == 6 &&
                                  equal(name, "/d ta") && read_only == 0);
    test("the second one is read-only",
         flexos_volume_name(1, name, sizeof name, &read_only) == 3 && read_only == 1);
    test("there is no third", flexos_volume_name(2, name, sizeof name, &read_only) == -ENODEV);
    test("room for the name", flexos_volume_name(0, name, 3, &read_only) == -ERANGE);
    test("no answer yet", flexos_volume_complete(0, &reply, data, sizeof data) == -EAGAIN);
    test("a request", flexos_volume_submit(0, &r, "path5", NULL, "dat") == 0);
    test("its answer is an event", flexos_wait(now() + 1000 * MS) == FLEXOS_EVENT_VOLUME(0));
    test("and has data", flexos_volume_complete(0, &reply, data, sizeof data) == 4);
    test("and what it says",
         reply.id == 9 && reply.result == 77 && data[0] == 'p' && data[3] == 'd');
    r.data_length = FLEXOS_VOLUME_DATA + 1;
    test("too long a request", flexos_volume_submit(0, &r, "path5", NULL, data) == -EMSGSIZE);
}

void flexos_start(void) {
    uint64_t random[2] = {0, 0};
    test("arguments", flexos_published.argc == 3 && equal(flexos_published.argv[1], "one") &&
                          equal(flexos_published.argv[2], "two words"));
    bool clean = false;
    for (char **e = flexos_published.envp; *e != NULL; e++) {
        clean = clean || equal(*e, "A=b");
        failed += (*e)[0] == 'F';
    }
    test("environment, without the launcher's words", clean && failed == 0);
    test("random bytes", flexos_random(random, 16) == 16 && random[0] != random[1]);
    threads();
    memory();
    clocks();
    console();
    signals();
    network();
    volumes();
    flexos_exit(failed == 0 ? 42 : 1);
}
