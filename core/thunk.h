/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of entry thunks, in constants. Thunk i begins at
 * __flexos_thunks_start + i * FLEXOS_THUNK_STRIDE + FLEXOS_THUNK_ENTRY.
 */
#ifndef FLEXOS_CORE_THUNK_H
#define FLEXOS_CORE_THUNK_H

#include <stdint.h>

#include "flexos/limits.h"

struct flexos_thunk {
    uint64_t target; /* the function itself */
    uint32_t home;   /* compartment in which it runs, FLEXOS_HOME_ANY */
    uint32_t users;  /* compartments that may call it, a bit mask */
};

_Static_assert(sizeof(struct flexos_thunk) == 16, "as gate.inc writes it");

extern const struct flexos_thunk flexos_thunk_table[];
extern const char __flexos_thunks_start[], __flexos_thunks_end[];

#endif
