/* SPDX-License-Identifier: BSD-3-Clause */
/* Futexes of this compartment. The word is compared here, in the caller's memory; the scheduler only
 * gets its address as a key. Nothing else runs between the comparison and the wait. */
#include "internal.h"

#include <flexos/platform.h>
#include <flexos/published.h>
#include <flexos/sched.h>
#include <flexos/time.h>

enum { OPERATION = 127 };

/* Declared in <flexos/syscalls.h>, whose names are macros in musl's own headers. */
long sys_clock_gettime(int clock, struct timespec *time);

static uint64_t deadline(const struct timespec *timeout) {
    uint64_t now = flexos_published.tsc_mult ? flexos_clock_ns() : time_mono_ns();
    uint64_t ns;
    if (!timeout || __builtin_mul_overflow((uint64_t)timeout->tv_sec, 1000000000U, &ns) ||
        __builtin_add_overflow(ns, (uint64_t)timeout->tv_nsec, &ns) ||
        __builtin_add_overflow(ns, now, &ns))
        return SCHED_FOREVER;
    return ns;
}

static long wait(volatile int *addr, int value, const struct timespec *timeout) {
    if (*addr != value)
        return -EAGAIN;
    int result = sched_wait_event((uintptr_t)addr, FLEXOS_EVENT_SIGNAL, deadline(timeout));
    if (result > 0 || result == -EINTR)
        return flexos_signals_deliver() ? -EINTR : 0;
    return result;
}

long __sync_futex(volatile int *addr, int op, int value, unsigned long timeout_or_count,
                  volatile int *addr2, int cancellable) {
    if (sync_home.futex)
        return sync_home.futex(addr, op, value, timeout_or_count, addr2, cancellable);
    switch (op & OPERATION) {
    case FUTEX_WAIT:
        return wait(addr, value, (const struct timespec *)timeout_or_count);
    case FUTEX_WAKE:
        return sched_wake((uintptr_t)addr, value);
    case FUTEX_REQUEUE:
        return sched_requeue((uintptr_t)addr, value, (uintptr_t)addr2, (int)timeout_or_count);
    default:
        return -ENOSYS;
    }
}

/* __sync_futex tells of an interruption only if somebody wants to know. */
volatile int __eintr_valid_flag = 1;

/* The clock of timed waits. */
int __clock_gettime(clockid_t clock, struct timespec *now) {
    return (int)sys_clock_gettime(clock, now);
}
