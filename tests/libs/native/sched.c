/* SPDX-License-Identifier: BSD-3-Clause */
/* Library sched: order, waits, deadlines, events, many threads, deadlock. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <flexos/limits.h>
#include <flexos/platform.h>
#include <flexos/sched.h>
#include <flexos/time.h>

#include "native.h"

#define MS 1000000u

static char order[64];
static size_t order_length;

static void note(void *letter) {
    order[order_length++] = *(char *)letter;
}

static void note_twice(void *letter) {
    note(letter);
    sched_pass();
    note(letter);
}

static void test_order(void) {
    memset(order, 0, sizeof(order));
    order_length = 0;
    sched_spawn(note_twice, "a");
    sched_spawn(note_twice, "b");
    CHECK(sched_ready == 2);
    CHECK(order_length == 0);
    sched_pass();
    CHECK(strcmp(order, "ab") == 0);
    sched_pass();
    CHECK(strcmp(order, "abab") == 0);
    CHECK(sched_ready == 0);
}

static int key, other_key, results[8];

static void wait_and_note(void *index) {
    results[(intptr_t)index] = sched_wait((uintptr_t)&key, SCHED_FOREVER);
    order[order_length++] = (char)('0' + (intptr_t)index);
}

static void test_wake(void) {
    memset(order, 0, sizeof(order));
    order_length = 0;
    for (intptr_t i = 0; i < 5; i++) {
        results[i] = 99;
        sched_spawn(wait_and_note, (void *)i);
    }
    sched_pass();
    CHECK(sched_wake((uintptr_t)&other_key, INT_MAX) == 0);
    CHECK(sched_wake((uintptr_t)&key, 2) == 2);
    sched_pass();
    CHECK(strcmp(order, "01") == 0 && results[0] == 0 && results[1] == 0);
    CHECK(sched_requeue((uintptr_t)&key, 1, (uintptr_t)&other_key, 1) == 2);
    sched_pass();
    CHECK(strcmp(order, "012") == 0);
    CHECK(sched_wake((uintptr_t)&key, INT_MAX) == 1);
    sched_pass();
    CHECK(strcmp(order, "0124") == 0);
    CHECK(sched_wake((uintptr_t)&other_key, INT_MAX) == 1);
    sched_pass();
    CHECK(strcmp(order, "01243") == 0);
    CHECK(sched_wake(0, INT_MAX) == 0);
}

static void test_deadlines(void) {
    uint64_t start = flexos_clock_ns();

    CHECK(sched_wait((uintptr_t)&key, 0) == -ETIMEDOUT);
    CHECK(sched_wait((uintptr_t)&key, start + 5 * MS) == -ETIMEDOUT);
    CHECK(flexos_clock_ns() >= start + 5 * MS);
    CHECK(sched_sleep_until(flexos_clock_ns() + 2 * MS) == 0);
}

static void sleep_random(void *argument) {
    uint64_t *last = argument, deadline = flexos_clock_ns() + (uint64_t)(rand() % 5000) * 1000;

    sched_sleep_until(deadline);
    if (flexos_clock_ns() < deadline) {
        *last = UINT64_MAX;
    } else if (*last != UINT64_MAX) {
        ++*last;
    }
}

static void test_many_deadlines(void) {
    uint64_t done = 0;

    for (int i = 0; i < 1000; i++) {
        sched_spawn(sleep_random, &done);
    }
    while (done < 1000) {
        sched_sleep_until(flexos_clock_ns() + MS);
    }
    CHECK(done == 1000);
}

static int event_results[3];

static void wait_event(void *index) {
    event_results[(intptr_t)index] = sched_wait_event(
        (uintptr_t)index + 1, FLEXOS_EVENT_NET(0) | FLEXOS_EVENT_SIGNAL, SCHED_FOREVER);
}

static void test_events(void) {
    for (intptr_t i = 0; i < 3; i++) {
        event_results[i] = 99;
        sched_spawn(wait_event, (void *)i);
    }
    sched_pass();
    native_events = FLEXOS_EVENT_NET(0);
    sched_sleep_until(flexos_clock_ns() + MS);
    CHECK(event_results[2] == (int)FLEXOS_EVENT_NET(0)); /* who waits last is told first */
    CHECK(event_results[0] == 99 && event_results[1] == 99);
    native_events = FLEXOS_EVENT_SIGNAL;
    CHECK(sched_sleep_until(flexos_clock_ns() + 1000 * MS) == -EINTR); /* the first thread's */
    CHECK(event_results[0] == 99 && event_results[1] == 99);
    native_events = FLEXOS_EVENT_SIGNAL;
    sched_wait((uintptr_t)&key, flexos_clock_ns() + MS); /* which does not want it now */
    CHECK(event_results[1] == -EINTR && event_results[0] == 99);
    CHECK(sched_wake(1, 1) == 1);
    sched_pass();
    CHECK(event_results[0] == 0);
}

static void test_busy(void) {
    native_waits = 0;
    sched_spawn(wait_event, (void *)0);
    sched_pass();
    native_events = FLEXOS_EVENT_NET(0);
    event_results[0] = 99;
    for (uint64_t end = flexos_clock_ns() + 20 * MS; flexos_clock_ns() < end;) {
        sched_pass();
    }
    CHECK(event_results[0] == (int)FLEXOS_EVENT_NET(0)); /* events are seen by busy threads too */
    CHECK(native_waits > 0 && native_waits < 1000);
}

static int interrupted;

static void be_interrupted(void *unused) {
    (void)unused;
    interrupted = sched_wait_event((uintptr_t)&key, FLEXOS_EVENT_SIGNAL, SCHED_FOREVER);
}

static void test_interrupt(void) {
    int tid = sched_spawn(be_interrupted, NULL);

    sched_pass();
    CHECK(sched_interrupt(tid) == 0);
    sched_pass();
    CHECK(interrupted == -EINTR);
    CHECK(sched_interrupt(tid) == -ESRCH);
    tid = sched_spawn(wait_and_note, (void *)0);
    sched_pass();
    CHECK(sched_interrupt(tid) == 0);
    CHECK(sched_wake((uintptr_t)&key, 1) == 1); /* it was left alone */
    sched_pass();
}

static unsigned finished, started;

static void many(void *unused) {
    (void)unused;
    started++;
    sched_wait((uintptr_t)&key, SCHED_FOREVER);
    finished++;
}

static void test_many_threads(unsigned threads) {
    bool all = true;

    started = finished = 0;
    for (unsigned i = 0; i < threads; i++) {
        all = sched_spawn(many, NULL) > 0 && all;
    }
    CHECK(all);
    sched_pass();
    CHECK(started == threads && finished == 0);
    CHECK(sched_wake((uintptr_t)&key, INT_MAX) == (int)threads);
    sched_pass();
    CHECK(finished == threads);
}

static void test_too_many(void) {
    int last = 0;
    unsigned n = 0;

    finished = 0;
    while ((last = sched_spawn(many, NULL)) > 0) {
        n++;
    }
    CHECK(last == -EAGAIN && n == FLEXOS_MAX_THREADS - 1);
    sched_pass();
    sched_wake((uintptr_t)&key, INT_MAX);
    sched_pass();
    CHECK(finished == n);
    CHECK(sched_spawn(note, "x") > 0);
    sched_pass();
}

static void test_deadlock(void) {
    sched_spawn(wait_and_note, (void *)0);
    native_console_length = 0;
    native_exit_expected = true;
    if (setjmp(native_exit) == 0) {
        sched_wait(0x1234, SCHED_FOREVER);
    }
    CHECK(native_exit_status == FLEXOS_EXIT_FAULT);
    CHECK(strstr(native_console, "flexos: deadlock: no thread can run again"));
    CHECK(strstr(native_console, "thread 0 waits for key 0x1234 "));
}

int main(void) {
    test_order();
    test_wake();
    test_deadlines();
    test_many_deadlines();
    test_events();
    test_busy();
    test_interrupt();
    test_many_threads(10000);
    test_too_many();
    test_deadlock();
    return finish();
}
