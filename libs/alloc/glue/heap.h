/* SPDX-License-Identifier: BSD-3-Clause */
/* Where heaps are: an address tells whose heap it lies in. */
#ifndef FLEXOS_ALLOC_HEAP_H
#define FLEXOS_ALLOC_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flexos/limits.h>
#include <flexos/published.h>

extern char flexos_compartment_id[]; /* absolute; the link step gives each compartment its own */

/* The domain in whose arena an address lies; a number above 15 for addresses outside. */
static inline uintptr_t heap_domain(const void *p) {
    return ((uintptr_t)p - FLEXOS_ARENA_BASE) / FLEXOS_ARENA_SIZE;
}

static inline uintptr_t heap_own(void) {
    return (uintptr_t)flexos_compartment_id;
}

static inline bool heap_is_own(const void *p) {
    return heap_domain(p) == heap_own();
}

static inline uintptr_t heap_start(uintptr_t domain) {
    return FLEXOS_ARENA_BASE + domain * FLEXOS_ARENA_SIZE + FLEXOS_HEAP_OFFSET;
}

/* shared.c: the shared heap. Objects are checked to lie in it. */
void *shared_allocate(size_t size, size_t align);
void shared_free(void *object);
size_t shared_size(const void *object); /* usable bytes */

/* report.c: says what was done wrong with an object and ends the image. */
_Noreturn void heap_misuse(const char *function, const void *object);

#endif
