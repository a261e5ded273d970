/* SPDX-License-Identifier: BSD-3-Clause */
/* A thread that always finds its work ready must not starve the others. Internal to library vfs. */
#ifndef VFS_FAIRNESS_H
#define VFS_FAIRNESS_H

#include <flexos/sched.h>

/* Reads a word of shared memory; crosses to the scheduler only if somebody else can run. */
static inline void let_others_run(void) {
    if (sched_ready) {
        sched_pass();
    }
}

#endif
