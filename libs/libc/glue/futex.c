/* SPDX-License-Identifier: BSD-3-Clause */
/* Futexes: the word is compared here, in the caller's memory; the scheduler only gets its address
 * as a key. Nothing else runs between the comparison and the wait, so no wake is lost. A pending
 * signal or a cancellation ends a wait with -EINTR, as on Linux; musl repeats waits for locks. */
#define _GNU_SOURCE
#include "internal.h"

#include <limits.h>
#include <time.h>

#include "futex.h"

enum { OPERATION = 127, BITSET_ALL = -1 };

LIBC_HIDDEN bool libc_deadline(const struct timespec *timeout, bool absolute, uint64_t *deadline) {
    uint64_t ns;
    if (!timeout) {
        *deadline = SCHED_FOREVER;
        return true;
    }
    if (timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000) {
        return false;
    }
    if (timeout->tv_sec < 0) {
        *deadline = 0;
        return absolute; /* an absolute time before the start has passed */
    }
    if (__builtin_mul_overflow((uint64_t)timeout->tv_sec, 1000000000U, &ns) ||
        __builtin_add_overflow(ns, (uint64_t)timeout->tv_nsec, &ns) ||
        (!absolute && __builtin_add_overflow(ns, libc_now(), &ns))) {
        ns = SCHED_FOREVER;
    }
    *deadline = ns;
    return true;
}

static long futex_wait(volatile int *addr, int value, uint64_t deadline) {
    if (*addr != value) {
        return -EAGAIN;
    }
    int result = sched_wait_event((uintptr_t)addr, FLEXOS_EVENT_SIGNAL, deadline);
    return result > 0 ? -EINTR : result;
}

/* FUTEX_CLOCK_REALTIME is not supported: musl makes its deadlines relative. */
long sys_futex(volatile int *addr, int op, int value, const struct timespec *timeout,
               volatile int *addr2, int value3) {
    uint64_t deadline;
    int operation = op & OPERATION;
    if (((uintptr_t)addr & 3) != 0 || (op & ~(OPERATION | FUTEX_PRIVATE)) != 0) {
        return ((uintptr_t)addr & 3) != 0 ? -EINVAL : -ENOSYS;
    }
    switch (operation) {
    case FUTEX_WAIT:
        return libc_deadline(timeout, false, &deadline) ? futex_wait(addr, value, deadline)
                                                        : -EINVAL;
    case FUTEX_WAIT_BITSET:
        if (value3 != BITSET_ALL) {
            return -ENOSYS;
        }
        return libc_deadline(timeout, true, &deadline) ? futex_wait(addr, value, deadline)
                                                       : -EINVAL;
    case FUTEX_WAKE:
        return sched_wake((uintptr_t)addr, value);
    case FUTEX_REQUEUE: {
        /* How many to move travels in the place of the timeout, as on Linux. */
        int move = (int)(uintptr_t)timeout;
        return sched_requeue((uintptr_t)addr, value, (uintptr_t)addr2, move);
    }
    default:
        return -ENOSYS;
    }
}
