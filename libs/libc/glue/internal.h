/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of libc's glue share. All of it lives in libc's compartment.
 *
 * Thread ids: the scheduler counts from 0, Linux from 1 and the process has the id of its first
 * thread. So a Linux thread id is the scheduler's plus one, and getpid() is 1. */
#ifndef FLEXOS_LIBC_INTERNAL_H
#define FLEXOS_LIBC_INTERNAL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flexos/core.h>
#include <flexos/limits.h>
#include <flexos/platform.h>
#include <flexos/published.h>
#include <flexos/sched.h>
#include <flexos/time.h>

#include <flexos/syscalls.h>

#define LIBC_HIDDEN __attribute__((visibility("hidden")))

enum { LIBC_PID = 1 };

static inline unsigned libc_thread(void) {
    return flexos_published.current;
}

/* Monotonic time, also where the time stamp counter cannot be used. */
static inline uint64_t libc_now(void) {
    return flexos_published.tsc_mult != 0 ? flexos_clock_ns() : time_mono_ns();
}

/* thread.c: whether a thread of this number was started by libc and lives. */
LIBC_HIDDEN bool libc_thread_alive(unsigned thread);
LIBC_HIDDEN unsigned libc_threads_end(void); /* no thread had this number or a higher one */

/* signal.c */
LIBC_HIDDEN void libc_signal_inherit(unsigned child); /* the caller's mask, nothing pending */
LIBC_HIDDEN void libc_signal_raise(int sig);          /* for the process: alarm, kill */

/* sync.c: futex with delivery of signals and, if asked for, cancellation. */
LIBC_HIDDEN long libc_futex(volatile int *addr, int op, int value, unsigned long timeout_or_count,
                            volatile int *addr2, int cancellable);

/* futex.c: deadline of a relative timeout. SCHED_FOREVER for NULL; false if it is not valid. */
LIBC_HIDDEN bool libc_deadline(const struct timespec *timeout, bool absolute, uint64_t *deadline);

#endif
