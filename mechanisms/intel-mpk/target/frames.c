/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The frames that gates leave on the stacks, for setjmp and longjmp (x86_64/jump.inc).
 *
 * frames[0] says who saved it, frames[j] the saved stack pointer of compartment j at setjmp, 0 = it
 * had no stack. The words lie in the caller's memory between setjmp and longjmp, so nothing in
 * them is believed: each must be on the chain of frames that is alive now, and a chain is followed
 * only upwards and inside the stack slot of its compartment and thread. So longjmp can only unwind,
 * and only the current thread. What is not checked: that the frames of different compartments were
 * newest at the same moment; a compartment can make others forget calls that are under way.
 *
 * Chain: a saved stack pointer points to a record (called compartment), behind it lies the previous
 * saved stack pointer; the chain ends at the upper end of the stack (core/stack.c) with 0.
 */
#include "core/trap.h"
#include "mpk.h"

static uint64_t owner_mark(unsigned k) {
    return 0x466c784a00000000 | (uint64_t)flexos_published.current << 8 | k; /* "FlxJ" */
}

static bool owns_stacks(unsigned k) {
    return flexos_layout.domains[k].stack_domain == k;
}

/* Whether p can be a frame on the stack of (k, current thread). */
static bool plausible(unsigned k, uint64_t p) {
    const uint64_t slot = flexos_layout.stack_slot;
    const uint64_t low = (uint64_t)flexos_arena(k) + flexos_published.current * slot;
    return p % 16 == 0 && p >= low + FLEXOS_PAGE_SIZE && p <= low + slot - 16;
}

/* Whether `wanted` is `newest` or an older frame of k. */
static bool on_chain(unsigned k, uint64_t newest, uint64_t wanted) {
    uint64_t p = newest;
#ifdef FLEXOS_WITHOUT_LONGJMP_CHAIN /* tests/gates shows what then happens */
    return true;
#endif
    while (plausible(k, p)) {
        if (p == wanted) {
            return true;
        }
        const uint64_t previous = ((const uint64_t *)p)[1];
        if (previous <= p) {
            return false;
        }
        p = previous;
    }
    return false;
}

/* The last frame: the upper end of the stack, where the first entry began. */
static uint64_t base_of(unsigned k) {
    const uint64_t slot = flexos_layout.stack_slot;
    return (uint64_t)flexos_arena(k) + (flexos_published.current + 1) * slot -
           FLEXOS_STACK_HEADROOM;
}

/* The caller's newest frame is that of the call of this service; its previous one is what counts.
 */
static uint64_t *newest_of(unsigned k, unsigned caller) {
    uint64_t *sp = flexos_sp_now_table[k];
    if (k == flexos_layout.domains[caller].stack_domain && *sp != 0) {
        if (!plausible(k, *sp)) {
            FLEXOS_STOP(FLEXOS_TRAP_LONGJMP_CHAIN);
        }
        return (uint64_t *)*sp + 1;
    }
    return sp;
}

void flexos_frames_save(uint64_t *frames) {
    const unsigned caller = flexos_caller;
    if (!flexos_caller_range(frames, FLEXOS_FRAMES_WORDS * sizeof *frames, true)) {
        FLEXOS_STOP(FLEXOS_TRAP_LONGJMP_OWNER);
    }
    frames[0] = owner_mark(caller);
    for (unsigned k = 1; k < FLEXOS_FRAMES_WORDS; k++) {
        const bool used = k <= flexos_layout.compartments && owns_stacks(k);
        frames[k] = used ? *newest_of(k, caller) : 0;
    }
}

void flexos_frames_restore(const uint64_t *frames) {
    const unsigned caller = flexos_caller;
    if (!flexos_caller_range(frames, FLEXOS_FRAMES_WORDS * sizeof *frames, false)) {
        FLEXOS_STOP(FLEXOS_TRAP_LONGJMP_OWNER);
    }
    if (frames[0] != owner_mark(caller)) {
        FLEXOS_STOP(FLEXOS_TRAP_LONGJMP_OWNER);
    }
    for (unsigned k = 1; k <= flexos_layout.compartments; k++) {
        if (!owns_stacks(k)) {
            continue;
        }
        uint64_t *newest = newest_of(k, caller);
        if (*newest == 0) {
            continue; /* no stack then, none now */
        }
        const uint64_t wanted = frames[k] == 0 ? base_of(k) : frames[k];
        if (!on_chain(k, *newest, wanted)) {
            FLEXOS_STOP(FLEXOS_TRAP_LONGJMP_CHAIN);
        }
        *newest = wanted;
    }
}
