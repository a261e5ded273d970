/* SPDX-License-Identifier: BSD-3-Clause */
/* What the glue of this library shares. Where libc is at home, threads, signals and cancellation are
 * libc's. In another compartment a wait is no cancellation point, and robust mutexes are not released
 * when a thread ends. */
#ifndef FLEXOS_SYNC_INTERNAL_H
#define FLEXOS_SYNC_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <flexos/sync.h>

#include "pthread_impl.h"

struct sync_home {
    long (*futex)(volatile int *, int, int, unsigned long, volatile int *, int);
    void (*test_cancel)(void);
};

extern hidden struct sync_home sync_home; /* zero where libc is not */

#endif
