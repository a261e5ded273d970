/* SPDX-License-Identifier: BSD-3-Clause */
/* Timeouts to deadlines. Internal to library vfs. */
#ifndef VFS_DEADLINE_H
#define VFS_DEADLINE_H

#include <stdint.h>
#include <time.h>

#include <flexos/sched.h>
#include <flexos/time.h>

#define NS_PER_S 1000000000ull

static inline uint64_t deadline_after(uint64_t ns) {
    uint64_t now;

    if (ns == 0 || ns == SCHED_FOREVER) {
        return ns;
    }
    now = flexos_clock_ns();
    return ns > SCHED_FOREVER - now ? SCHED_FOREVER : now + ns;
}

static inline uint64_t deadline_after_ms(int ms) {
    return ms < 0 ? SCHED_FOREVER : deadline_after((uint64_t)ms * 1000000u);
}

static inline uint64_t ns_of(const struct timespec *t) {
    return (uint64_t)t->tv_sec >= SCHED_FOREVER / NS_PER_S
               ? SCHED_FOREVER
               : (uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_nsec;
}

static inline int timespec_valid(const struct timespec *t) {
    return t->tv_sec >= 0 && t->tv_nsec >= 0 && t->tv_nsec < (long)NS_PER_S;
}

#endif
