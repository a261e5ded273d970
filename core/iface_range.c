/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which memory is whose, for the interface hooks. Like core/check.c, but these functions run with
 * the rights of a compartment, so they use only what everybody may read: the layout table and the
 * published page. Constants are what is linked below the data of compartments (code, constants, the
 * published page, which is domain 0 of the layout), and the arguments of the image.
 *
 * A range must lie in one region completely; comparisons are with what remains, so nothing wraps.
 */
#include "core/iface_private.h"
#include "core/layout.h"
#include "core/thunk.h"
#include "flexos/published.h"

struct region {
    uint64_t start, end;
};

static const struct region nowhere = {0, 0};

static bool inside(struct region region, uint64_t start, uint64_t length) {
    return start >= region.start && start < region.end && length <= region.end - start;
}

/* The stack slot around `start` in one half of an arena, without its guard page. */
static struct region slot_around(uint64_t start, uint64_t half) {
    const uint64_t bottom = start & ~(flexos_layout.stack_slot - 1);
    if (start < half || start >= half + FLEXOS_STACKS_SIZE) {
        return nowhere;
    }
    return (struct region){bottom + FLEXOS_PAGE_SIZE, bottom + flexos_layout.stack_slot};
}

static struct region heap_of(unsigned k) {
    const uint64_t start = (uint64_t)flexos_arena(k) + FLEXOS_HEAP_OFFSET;
    return (struct region){start, start + flexos_published.heap_size};
}

static struct region linked(unsigned k) {
    return (struct region){flexos_layout.domains[k].start, flexos_layout.domains[k].end};
}

static unsigned arena_of(uint64_t start) {
    return start < FLEXOS_ARENA_BASE || start >= FLEXOS_ARENA_END
               ? FLEXOS_DOMAINS
               : (unsigned)((start - FLEXOS_ARENA_BASE) / FLEXOS_ARENA_SIZE);
}

/* The shared region around `start`. */
static struct region shared_around(const struct flexos_iface_call *call, uint64_t start) {
    const unsigned k = arena_of(start);
    if (inside(linked(FLEXOS_DOMAIN_SHARED), start, 0)) {
        return linked(FLEXOS_DOMAIN_SHARED);
    }
    if (k == FLEXOS_DOMAIN_SHARED) {
        return inside(heap_of(k), start, 0) ? heap_of(k) : nowhere;
    }
    if (k == 0 || k > flexos_layout.compartments) {
        return nowhere;
    }
    const struct flexos_layout_domain *domain = &flexos_layout.domains[k];
    const uint64_t stacks = (uint64_t)flexos_arena(k);
    const struct region half = slot_around(start, stacks + FLEXOS_STACKS_SHARED);
    if (half.end != 0) {
        return half;
    }
    const bool common = domain->sharing == FLEXOS_SHARING_SHARED_STACK ||
                        domain->flavour == FLEXOS_GATE_LIGHT ||
                        (flexos_layout.domains[call->from].stack_domain == k &&
                         flexos_layout.domains[call->to].stack_domain == k);
    return common ? slot_around(start, stacks) : nowhere;
}

/* The arguments of the image: the arrays and, above them, the strings, on the stack that the host
   made and nobody can write. */
static struct region arguments(void) {
    const struct flexos_published *published = &flexos_published;
    const char *last = published->argc > 0 ? published->argv[published->argc - 1] : NULL;
    for (char *const *at = published->envp; at != NULL && *at != NULL; at++) {
        last = *at > last ? *at : last;
    }
    if (last == NULL) {
        return nowhere;
    }
    while (*last != '\0') {
        last++;
    }
    return (struct region){(uint64_t)published->argv, (uint64_t)last + 1};
}

/* The constants around `start`: the image below its first writable data, or the arguments. */
static struct region constant_around(uint64_t start) {
    const struct region image = {FLEXOS_IMAGE_BASE, linked(0).end};
    if (inside(image, start, 0)) {
        return image;
    }
    if (start < (uint64_t)flexos_published.argv || flexos_published.argv == NULL) {
        return nowhere;
    }
    const struct region r = arguments();
    return inside(r, start, 0) ? r : nowhere;
}

/* The region of compartment `k` alone around `start`. */
static struct region private_around(unsigned k, uint64_t start) {
    if (inside(linked(k), start, 0)) {
        return linked(k);
    }
    if (inside(heap_of(k), start, 0)) {
        return heap_of(k);
    }
    return slot_around(start, (uint64_t)flexos_arena(k));
}

bool flexos_iface_common(const struct flexos_iface_call *call, uint64_t start, uint64_t length,
                         bool write) {
    if (length == 0 || call->from == 0) {
        return true;
    }
    return inside(shared_around(call, start), start, length) ||
           (!write && inside(constant_around(start), start, length)) ||
           (call->to == 0 && inside(private_around(call->from, start), start, length));
}

uint64_t flexos_iface_readable(const struct flexos_iface_call *call, uint64_t start) {
    struct region r = shared_around(call, start);
    if (r.end == 0) {
        r = constant_around(start);
    }
    if (r.end == 0 && call->to == 0) {
        r = private_around(call->from, start);
    }
    return inside(r, start, 0) ? r.end - start : 0;
}

bool flexos_iface_constant(uint64_t start) {
    return constant_around(start).end != 0;
}

bool flexos_iface_private(unsigned k, uint64_t start, uint64_t length) {
    return inside(private_around(k, start), start, length);
}

bool flexos_iface_object(unsigned k, uint64_t start) {
    return inside(linked(k), start, 1) || inside(heap_of(k), start, 1);
}

bool flexos_iface_entry(uint64_t value, unsigned k) {
    const uint64_t first = (uint64_t)__flexos_thunks_start, end = (uint64_t)__flexos_thunks_end;
    if (value < first || value >= end ||
        (value - first) % FLEXOS_THUNK_STRIDE != FLEXOS_THUNK_ENTRY) {
        return false;
    }
    const struct flexos_thunk *row = &flexos_thunk_table[(value - first) / FLEXOS_THUNK_STRIDE];
    return row->home == k || row->home == FLEXOS_HOME_ANY || (row->users >> k & 1) != 0;
}
