/* SPDX-License-Identifier: BSD-3-Clause */
/* What library `sync` gets from libc: waiting with signals and cancellation in libc's compartment,
 * delivery of signals for the others (flexos/sync.h). */
#define _GNU_SOURCE
#include "internal.h"

#include "pthread_impl.h"

#include <flexos/sync.h>

LIBC_HIDDEN long libc_futex(volatile int *addr, int op, int value, unsigned long timeout_or_count,
                            volatile int *addr2, int cancellable) {
    long result = cancellable
                      ? __syscall_cp(SYS_futex, addr, op, value, timeout_or_count, addr2, 0)
                      : __syscall(SYS_futex, addr, op, value, timeout_or_count, addr2, 0);
    return result == -EINTR && !__eintr_valid_flag ? 0 : result;
}

int flexos_signals_deliver(void) {
    return __flexos_signalled() && !__flexos_deliver(-EINTR) && __eintr_valid_flag;
}
