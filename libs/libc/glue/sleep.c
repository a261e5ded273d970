/* SPDX-License-Identifier: BSD-3-Clause */
/* clock_nanosleep. What is left after an interruption is computed here: a gate copies no results
 * back when a call fails. */
#define _GNU_SOURCE
#include "internal.h"

#include <time.h>

#include "syscall.h"

LIBC_HIDDEN int __clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                                  struct timespec *remaining);

int __clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                      struct timespec *remaining) {
    uint64_t end;
    if (clock == CLOCK_THREAD_CPUTIME_ID || !libc_deadline(request, false, &end)) {
        return EINVAL;
    }
    long result = __syscall_cp(SYS_clock_nanosleep, clock, flags, request, 0);
    if (result == -EINTR && remaining && (flags & TIMER_ABSTIME) == 0) {
        uint64_t now = libc_now(), left = end > now ? end - now : 0;
        remaining->tv_sec = (time_t)(left / 1000000000U);
        remaining->tv_nsec = (long)(left % 1000000000U);
    }
    return (int)-result;
}

weak_alias(__clock_nanosleep, clock_nanosleep);
