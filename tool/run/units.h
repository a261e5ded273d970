/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The compile units of an image by address. clang writes no .debug_aranges, on which libdw's own
 * search relies, so the ranges of all units are collected once, at the first question.
 */
#ifndef FLEXOS_TOOL_RUN_UNITS_H
#define FLEXOS_TOOL_RUN_UNITS_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct units {
    Dwarf *dwarf;
    struct unit_range {
        uint64_t start, end;
        Dwarf_Off unit; /* offset of its DIE */
    } *ranges;          /* sorted by start */
    size_t count;
    bool collected;
};

/* The unit that holds code at the address. */
bool units_find(struct units *units, uint64_t address, Dwarf_Die *unit);
void units_free(struct units *units);

#endif
