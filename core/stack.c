/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stacks of threads. The stack of thread t in arena k is a fixed slot of the arena, so its address
 * needs no table; its memory comes with the first touch. Its lowest page, and that of the shared
 * half above it, have no access: they are made so once and stay so for the next owner of the
 * number.
 */
#include "core/tcb.h"

#define GUARDS_PER_WORD 64
static uint64_t guarded[FLEXOS_DOMAINS][FLEXOS_MAX_THREADS / GUARDS_PER_WORD];

static uintptr_t slot_of(unsigned k, unsigned tid) {
    return (uintptr_t)flexos_arena(k) + tid * flexos_layout.stack_slot;
}

uintptr_t flexos_stack_make(unsigned k, unsigned tid) {
    flexos_assert(k < FLEXOS_DOMAINS && tid < flexos_published.threads);
    const uintptr_t low = slot_of(k, tid);
    const uint64_t bit = 1UL << (tid % GUARDS_PER_WORD);
    uint64_t *word = &guarded[k][tid / GUARDS_PER_WORD];
    if (!(*word & bit)) {
        if (flexos_host_guard(low, FLEXOS_PAGE_SIZE) < 0 ||
            flexos_host_guard(low + FLEXOS_STACKS_SHARED, FLEXOS_PAGE_SIZE) < 0) {
            return 0;
        }
        *word |= bit;
    }
    /* The record below which the stack grows: no compartment was called from here. */
    uint64_t *top = (uint64_t *)(low + flexos_layout.stack_slot - FLEXOS_STACK_HEADROOM);
    top[0] = UINT64_MAX;
    top[1] = 0;
    return (uintptr_t)top;
}

void flexos_stack_free(unsigned k, unsigned tid) {
    const uintptr_t low = slot_of(k, tid) + FLEXOS_PAGE_SIZE;
    const size_t len = flexos_layout.stack_slot - FLEXOS_PAGE_SIZE;
    flexos_host_release(low, len);
    flexos_host_release(low + FLEXOS_STACKS_SHARED, len);
}
