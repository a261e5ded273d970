/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * `sharing-heap` of a manifest: in the functions that it names, calls of malloc, calloc, realloc,
 * aligned_alloc and memalign become calls of the shared heap's. Done in the combined object, so
 * nothing is compiled again; in images without isolation nothing is changed at all. free() finds
 * the heap by the address anyway.
 */
#ifndef FLEXOS_TOOL_BUILD_HEAP_CALLS_H
#define FLEXOS_TOOL_BUILD_HEAP_CALLS_H

#include "build/library.h"

#include <gelf.h>

enum { HEAP_FUNCTIONS = 5 };

extern const char *const heap_private[HEAP_FUNCTIONS]; /* malloc, ... */
extern const char *const heap_shared[HEAP_FUNCTIONS];  /* flexos_malloc_shared, ... */

struct heap_range { /* the code of a chosen function */
    size_t section;
    uint64_t start, end;
    size_t item; /* in the manifest's list */
};

struct heap_calls {
    const struct manifest *manifest;
    VEC(struct heap_range) ranges;
    uint32_t old[HEAP_FUNCTIONS];         /* symbol index of heap_private[i]; 0: not used */
    uint32_t replacement[HEAP_FUNCTIONS]; /* new symbol index of heap_shared[i] */
    bool *found;                          /* by item: there is such a function */
    size_t *changed;                      /* by item: calls that were changed */
};

bool heap_calls_wanted(const struct library_build *build);
void heap_calls_start(struct heap_calls *calls, const struct manifest *manifest);

/* Takes note of a symbol of the object. */
void heap_calls_symbol(struct heap_calls *calls, size_t index, const char *name,
                       const GElf_Sym *symbol);

/* Symbol index that a relocation is to have; 0: unchanged. */
uint32_t heap_calls_target(struct heap_calls *calls, size_t section, const GElf_Rela *rela);

/* An item that names no function, or one that allocates nothing, is a mistake. 0 or -1. */
int heap_calls_check(const struct heap_calls *calls, const char *library);
void heap_calls_free(struct heap_calls *calls);

#endif
