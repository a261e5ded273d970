/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between libc, which owns threads, and library `sync`, of which each compartment has an instance.
 * Not for applications: they use <pthread.h>.
 */
#ifndef FLEXOS_SYNC_H
#define FLEXOS_SYNC_H

/*
 * sync: this instance is in libc's compartment. `futex` is libc's own, with delivery of signals and,
 * if asked for, cancellation; `test_cancel` is pthread_testcancel.
 */
void flexos_sync_home(long (*futex)(volatile int *addr, int op, int value,
                                    unsigned long timeout_or_count, volatile int *addr2,
                                    int cancellable),
                      void (*test_cancel)(void));

/* libc: delivers pending signals to the calling thread. Whether a wait must tell of it. */
int flexos_signals_deliver(void);

#endif
