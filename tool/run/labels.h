/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses whose library the symbol table tells: the link step names exports `flexos$LIB$NAME` and
 * statics that it made global `LIB$NUMBER$NAME`. Everything between is inferred from them
 * (library.c).
 */
#ifndef FLEXOS_TOOL_RUN_LABELS_H
#define FLEXOS_TOOL_RUN_LABELS_H

#include "run/symbols.h"

struct labels {
    struct label {
        uint64_t address;
        char library[40];
    } *list; /* sorted by address, one for each */
    size_t count;
};

void labels_load(struct labels *labels, const struct symbols *symbols);
void labels_free(struct labels *labels);

/* The first label in [start, end), or NULL. */
const char *labels_in(const struct labels *labels, uint64_t start, uint64_t end);

/* The last label at or below the address and the first above it; NULL where there is none. */
void labels_around(const struct labels *labels, uint64_t address, const struct label **below,
                   const struct label **above);

#endif
