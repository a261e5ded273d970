/* SPDX-License-Identifier: BSD-3-Clause */
/* Library time: clocks against those of the host, sleeping. */
#include "native.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include <flexos/platform.h>
#include <flexos/syscalls.h>
#include <flexos/time.h>

#define MS 1000000

static int64_t ns(struct timespec t) {
    return t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Within a second: the test may be stopped in between. */
static bool near(int clock) {
    struct timespec ours = {0, 0}, theirs;

    clock_gettime(clock, &theirs);
    return sys_clock_gettime(clock, &ours) == 0 && llabs(ns(ours) - ns(theirs)) < 1000 * MS;
}

static void test_reading(void) {
    struct timespec a, b;
    struct timezone zone = {5, 5};
    struct timeval tv;

    CHECK(near(CLOCK_REALTIME) && near(CLOCK_MONOTONIC));
    CHECK(sys_clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a) == 0);
    CHECK(sys_clock_gettime(77, &a) == -EINVAL && sys_clock_getres(77, &a) == -EINVAL);
    CHECK(sys_clock_getres(CLOCK_MONOTONIC, &a) == 0 && a.tv_sec == 0 && a.tv_nsec == 1);
    CHECK(sys_clock_getres(CLOCK_MONOTONIC, NULL) == 0);
    CHECK(sys_gettimeofday(&tv, &zone) == 0 && llabs(tv.tv_sec - time(NULL)) <= 1);
    CHECK(zone.tz_minuteswest == 0 && sys_gettimeofday(NULL, NULL) == 0);
    CHECK(sys_clock_settime(CLOCK_REALTIME, &a) == -EPERM);
    sys_clock_gettime(CLOCK_MONOTONIC, &a);
    sys_clock_gettime(CLOCK_MONOTONIC, &b);
    CHECK(ns(b) >= ns(a));
}

static void test_published(void) {
    flexos_published.tsc_base = __builtin_ia32_rdtsc();
    flexos_published.mono_base_ns = 5000;
    flexos_published.wall_base_ns = 7000000000000;
    flexos_published.tsc_shift = 8;
    flexos_published.tsc_mult = 128; /* half a nanosecond for each tick */
    CHECK(time_mono_ns() - 5000 < 1000 * MS);
    CHECK(time_wall_ns() - 7000000000000 < 1000 * MS);
    flexos_published.tsc_mult = 0;
}

static void test_sleeping(void) {
    struct timespec t = {0, 3 * MS}, left, until;
    uint64_t start = flexos_clock_ns();

    CHECK(sys_nanosleep(&t, NULL) == 0 && flexos_clock_ns() - start >= 3 * MS);
    sys_clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec -= 5;
    CHECK(sys_clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL) == 0); /* past */
    sys_clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += 2 * MS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    CHECK(sys_clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
    CHECK(flexos_clock_ns() >= (uint64_t)ns(until));
    t.tv_nsec = 1000000000;
    CHECK(sys_nanosleep(&t, NULL) == -EINVAL);
    t = (struct timespec){100, 0};
    native_events = FLEXOS_EVENT_SIGNAL;
    CHECK(sys_nanosleep(&t, &left) == -EINTR && left.tv_sec >= 98 && left.tv_sec < 100);
    CHECK(sys_clock_nanosleep(77, 0, &t, NULL) == -EINVAL);
}

int main(void) {
    test_reading();
    test_published();
    test_sleeping();
    return finish();
}
