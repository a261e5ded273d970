/* SPDX-License-Identifier: BSD-3-Clause */
/* What gates.S (x86_64/gate.inc) defines for C, and the services that only gates call. */
#ifndef FLEXOS_INTEL_MPK_MPK_H
#define FLEXOS_INTEL_MPK_MPK_H

#include "core/tcb.h"
#include "core/thunk.h"

/* The two places of each secret, in private memory of both sides. */
struct flexos_secret {
    uint64_t *of_caller, *of_callee;
};
extern const struct flexos_secret flexos_secret_table[];
extern const uint64_t flexos_secret_count;

/* Saved stack pointers of compartment k by thread, 0: no stack yet; that of the running thread is
 *in flexos_sp_now_table[k], and its place in the array is out of date. */
extern uint64_t *const flexos_sp_table[FLEXOS_DOMAINS];
extern uint64_t *const flexos_sp_now_table[FLEXOS_DOMAINS];

/* First entry of the current thread into the caller's stacks: upper end of the stack, 0 = none. */
uintptr_t flexos_thread_stack(void);

/* setjmp and longjmp (frames.c). `frames` is the caller's, FLEXOS_FRAMES_WORDS words. */
#define FLEXOS_FRAMES_WORDS 14
void flexos_frames_save(uint64_t *frames);
void flexos_frames_restore(const uint64_t *frames);

#endif
