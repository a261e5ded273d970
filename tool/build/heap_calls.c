/* SPDX-License-Identifier: BSD-3-Clause */
#include "build/heap_calls.h"

#include <string.h>

const char *const heap_private[HEAP_FUNCTIONS] = {"malloc", "calloc", "realloc", "aligned_alloc",
                                                  "memalign"};
const char *const heap_shared[HEAP_FUNCTIONS] = {"flexos_malloc_shared", "flexos_calloc_shared",
                                                 "flexos_realloc_shared", "flexos_memalign_shared",
                                                 "flexos_memalign_shared"};

bool heap_calls_wanted(const struct library_build *build) {
    return build->plan->isolated && build->manifest->sharing_heap.n > 0;
}

void heap_calls_start(struct heap_calls *calls, const struct manifest *manifest) {
    calls->manifest = manifest;
    calls->found = xcalloc(manifest->sharing_heap.n + 1, sizeof *calls->found);
    calls->changed = xcalloc(manifest->sharing_heap.n + 1, sizeof *calls->changed);
}

void heap_calls_symbol(struct heap_calls *calls, size_t index, const char *name,
                       const GElf_Sym *symbol) {
    for (size_t i = 0; symbol->st_shndx == SHN_UNDEF && i < HEAP_FUNCTIONS; i++) {
        if (strcmp(name, heap_private[i]) == 0) {
            calls->old[i] = (uint32_t)index;
        }
    }
    if (symbol->st_shndx == SHN_UNDEF || GELF_ST_TYPE(symbol->st_info) != STT_FUNC) {
        return;
    }
    for (size_t i = 0; i < calls->manifest->sharing_heap.n; i++) {
        if (strcmp(name, calls->manifest->sharing_heap.v[i].text) == 0) {
            calls->found[i] = true;
            vec_push(&calls->ranges, (struct heap_range){symbol->st_shndx, symbol->st_value,
                                                         symbol->st_value + symbol->st_size, i});
        }
    }
}

uint32_t heap_calls_target(struct heap_calls *calls, size_t section, const GElf_Rela *rela) {
    size_t symbol = GELF_R_SYM(rela->r_info), function = 0;
    while (function < HEAP_FUNCTIONS && (symbol == 0 || calls->old[function] != symbol)) {
        function++;
    }
    for (size_t i = 0; function < HEAP_FUNCTIONS && i < calls->ranges.n; i++) {
        const struct heap_range *range = &calls->ranges.v[i];
        if (range->section == section && rela->r_offset >= range->start &&
            rela->r_offset < range->end) {
            calls->changed[range->item]++;
            return calls->replacement[function];
        }
    }
    return 0;
}

int heap_calls_check(const struct heap_calls *calls, const char *library) {
    const struct texts *items = &calls->manifest->sharing_heap;
    int result = 0;
    for (size_t i = 0; i < items->n; i++) {
        if (calls->changed[i] == 0) {
            diag_error(items->v[i].loc,
                       calls->found[i]
                           ? "'%s' of library %s allocates nothing itself; a function that calls "
                             "malloc, calloc, realloc, aligned_alloc or memalign was expected"
                           : "'%s' is no function of library %s, or was inlined; a function that "
                             "calls malloc was expected",
                       items->v[i].text, library);
            result = -1;
        }
    }
    return result;
}

void heap_calls_free(struct heap_calls *calls) {
    vec_free(&calls->ranges);
    free(calls->found);
    free(calls->changed);
}
