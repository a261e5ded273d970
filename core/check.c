/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which memory a compartment may hand to the TCB. The one place where services check pointers.
 *
 * A compartment's own memory: the heap and the stacks of its arena, its linked data. Shared: the
 * linked shared data, the shared heap, the shared halves of all stacks. Readable only: constants.
 * A range must lie in one of these completely and must not touch a guard page, so that a pointer
 * that passes cannot make the TCB fault. All comparisons are overflow-safe: `start` is compared
 * with bounds first and lengths with what remains.
 *
 * Not checked: whether the caller is hurt by its own data (that is the caller's business), and
 * whether memory changes while a service reads it (nothing else runs during a service).
 */
#include "core/tcb.h"

volatile uint32_t flexos_caller;

static struct {
    uintptr_t start, end;
} constants[8];
static unsigned constant_count;

void flexos_constants_add(uintptr_t start, uintptr_t end) {
    flexos_assert(constant_count < 8 && start <= end);
    constants[constant_count].start = start;
    constants[constant_count].end = end;
    constant_count++;
}

static bool inside(uintptr_t start, size_t len, uintptr_t low, uintptr_t high) {
    return start >= low && start <= high && len <= high - start;
}

/* In one stack slot of [low, low + FLEXOS_STACKS_SIZE), above its guard page. */
static bool in_stack(uintptr_t start, size_t len, uintptr_t low) {
    const uintptr_t slot = flexos_layout.stack_slot;
    if (!inside(start, len, low, low + FLEXOS_STACKS_SIZE)) {
        return false;
    }
    const uintptr_t bottom = start & ~(slot - 1);
    return inside(start, len, bottom + FLEXOS_PAGE_SIZE, bottom + slot);
}

static bool in_heap(uintptr_t start, size_t len, unsigned arena) {
    const uintptr_t low = (uintptr_t)flexos_arena(arena) + FLEXOS_HEAP_OFFSET;
    return inside(start, len, low, low + flexos_published.heap_size);
}

static bool in_linked(uintptr_t start, size_t len, unsigned domain) {
    const struct flexos_layout_domain *d = &flexos_layout.domains[domain];
    return inside(start, len, d->start, d->end);
}

static bool in_shared(uintptr_t start, size_t len) {
    if (in_linked(start, len, FLEXOS_DOMAIN_SHARED) || in_heap(start, len, FLEXOS_DOMAIN_SHARED)) {
        return true;
    }
    if (start < FLEXOS_ARENA_BASE || start >= FLEXOS_ARENA_END) {
        return false;
    }
    const unsigned arena = (unsigned)((start - FLEXOS_ARENA_BASE) / FLEXOS_ARENA_SIZE);
    if (arena == 0 || arena > flexos_layout.compartments) {
        return false;
    }
    const uintptr_t low = (uintptr_t)flexos_arena(arena);
    const bool all = flexos_layout.domains[arena].sharing == FLEXOS_SHARING_SHARED_STACK ||
                     flexos_layout.domains[arena].flavour == FLEXOS_GATE_LIGHT;
    return in_stack(start, len, low + FLEXOS_STACKS_SHARED) || (all && in_stack(start, len, low));
}

static bool in_constants(uintptr_t start, size_t len) {
    for (unsigned i = 0; i < constant_count; i++) {
        if (inside(start, len, constants[i].start, constants[i].end)) {
            return true;
        }
    }
    return false;
}

bool flexos_range_of(unsigned k, uintptr_t start, size_t len, bool write) {
    if (len == 0 || k == 0) {
        return true; /* the TCB, or an image without mechanism */
    }
#ifdef FLEXOS_WITHOUT_SERVICE_RANGE /* tests/gates shows what then happens */
    return true;
#endif
    return in_heap(start, len, k) || in_stack(start, len, (uintptr_t)flexos_arena(k)) ||
           in_linked(start, len, k) || in_shared(start, len) ||
           (!write && in_constants(start, len));
}

bool flexos_caller_range(const void *addr, size_t len, bool write) {
    return flexos_range_of(flexos_caller, (uintptr_t)addr, len, write);
}
