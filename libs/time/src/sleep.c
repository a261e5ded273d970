/* SPDX-License-Identifier: BSD-3-Clause */
/* Sleeping: until a deadline or a signal. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include <flexos/sched.h>
#include <flexos/syscalls.h>
#include <flexos/time.h>

#include "clock.h"

static bool valid(const struct timespec *t) {
    return t->tv_sec >= 0 && t->tv_nsec >= 0 && t->tv_nsec < (long)NS_PER_S;
}

/* Saturates: 584 years are for ever. */
static uint64_t nanoseconds(const struct timespec *t) {
    uint64_t seconds = (uint64_t)t->tv_sec;

    if (seconds >= UINT64_MAX / NS_PER_S) {
        return UINT64_MAX;
    }
    return seconds * NS_PER_S + (uint64_t)t->tv_nsec;
}

static uint64_t add(uint64_t a, uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

long sys_clock_nanosleep(int clock, int flags,
                         const struct timespec *request flexos_in(sizeof(struct timespec)),
                         struct timespec *remaining flexos_out(sizeof(struct timespec))) {
    uint64_t start, duration, deadline, now;
    int result = clock_read(clock, &start);

    if (result < 0 || clock == CLOCK_THREAD_CPUTIME_ID) {
        return -EINVAL;
    }
    if (!valid(request)) {
        return -EINVAL;
    }
    duration = nanoseconds(request);
    if (flags & TIMER_ABSTIME) {
        duration = duration > start ? duration - start : 0;
    }
    now = flexos_clock_ns();
    deadline = add(now, duration);
    result = sched_sleep_until(deadline);
    if (result == -EINTR && remaining && !(flags & TIMER_ABSTIME)) {
        now = flexos_clock_ns();
        duration = deadline > now ? deadline - now : 0;
        remaining->tv_sec = (time_t)(duration / NS_PER_S);
        remaining->tv_nsec = (long)(duration % NS_PER_S);
    }
    return result;
}

long sys_nanosleep(const struct timespec *request flexos_in(sizeof(struct timespec)),
                   struct timespec *remaining flexos_out(sizeof(struct timespec))) {
    return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, request, remaining);
}
