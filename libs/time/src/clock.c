/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading clocks. */
#include <errno.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>

#include <flexos/syscalls.h>
#include <flexos/time.h>

#include "clock.h"

#define RESOLUTION_NS 1

uint64_t time_mono_ns(void) {
    return flexos_clock_ns();
}

uint64_t time_wall_ns(void) {
    return flexos_wall_ns();
}

int clock_read(int clock, uint64_t *ns) {
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI:
        *ns = time_wall_ns();
        return 0;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
        *ns = time_mono_ns();
        return 0;
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
        *ns = time_mono_ns() - flexos_published.mono_base_ns;
        return 0;
    default:
        return -EINVAL;
    }
}

long sys_clock_gettime(int clock, struct timespec *time flexos_out(sizeof(struct timespec))) {
    uint64_t ns;
    int error = clock_read(clock, &ns);

    if (!error) {
        time->tv_sec = (time_t)(ns / NS_PER_S);
        time->tv_nsec = (long)(ns % NS_PER_S);
    }
    return error;
}

long sys_clock_getres(int clock, struct timespec *resolution flexos_out(sizeof(struct timespec))) {
    uint64_t ns;
    int error = clock_read(clock, &ns);

    if (!error && resolution) {
        resolution->tv_sec = 0;
        resolution->tv_nsec = RESOLUTION_NS;
    }
    return error;
}

long sys_clock_settime(int clock, const struct timespec *time flexos_in(sizeof(struct timespec))) {
    (void)time;
    return clock == CLOCK_REALTIME ? -EPERM : -EINVAL;
}

long sys_gettimeofday(struct timeval *time flexos_out(sizeof(struct timeval)),
                      struct timezone *zone flexos_out(sizeof(struct timezone))) {
    uint64_t ns = time_wall_ns();

    if (time) {
        time->tv_sec = (time_t)(ns / NS_PER_S);
        time->tv_usec = (suseconds_t)(ns % NS_PER_S / 1000);
    }
    if (zone) {
        zone->tz_minuteswest = 0;
        zone->tz_dsttime = 0;
    }
    return 0;
}
