/* SPDX-License-Identifier: BSD-3-Clause */
/* Clocks: the interface of library `time`, which also provides the system calls clock_gettime,
 * clock_getres, gettimeofday, time, nanosleep and clock_nanosleep.
 *
 * The trusted computing base calibrates the time stamp counter once and publishes the factors
 * (<flexos/published.h>); reading them is everybody's right. `flexos_clock_ns` is therefore inline
 * and crosses no boundary; libraries that only need deadlines use it. No clock can be set. */
#ifndef FLEXOS_TIME_H
#define FLEXOS_TIME_H

#include <stdint.h>

#include <flexos/platform.h>
#include <flexos/published.h>

/* Nanoseconds of the monotonic clock. A host whose time stamp counter cannot be used (tsc_mult 0)
 * is asked. */
static inline uint64_t flexos_clock_ns(void) {
    unsigned __int128 product;

    if (!flexos_published.tsc_mult) {
        return (uint64_t)flexos_clock(FLEXOS_CLOCK_MONOTONIC);
    }
    product = (unsigned __int128)(__builtin_ia32_rdtsc() - flexos_published.tsc_base) *
              flexos_published.tsc_mult;
    return flexos_published.mono_base_ns + (uint64_t)(product >> flexos_published.tsc_shift);
}

/* Nanoseconds since 1970. */
static inline uint64_t flexos_wall_ns(void) {
    if (!flexos_published.tsc_mult) {
        return (uint64_t)flexos_clock(FLEXOS_CLOCK_WALL);
    }
    return (uint64_t)flexos_published.wall_base_ns +
           (flexos_clock_ns() - flexos_published.mono_base_ns);
}

/* The same by a call of the library. */
uint64_t time_mono_ns(void);
uint64_t time_wall_ns(void);

#endif
