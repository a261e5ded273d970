/* SPDX-License-Identifier: BSD-3-Clause */
/* The compile units of an image by address; see units.h. */
#include "run/units.h"

#include "util/vec.h"

#include <stdlib.h>

static int by_start(const void *a, const void *b) {
    const struct unit_range *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

static void collect(struct units *units) {
    VEC(struct unit_range) ranges = {0};
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    uint8_t type;
    while (dwarf_get_units(units->dwarf, unit, &unit, NULL, &type, &die, NULL) == 0) {
        Dwarf_Addr base, start, end;
        ptrdiff_t at = 0;
        while ((at = dwarf_ranges(&die, at, &base, &start, &end)) > 0) {
            /* Code that the linker dropped has addresses near zero. */
            if (start > 1 && end > start) {
                struct unit_range range = {start, end, dwarf_dieoffset(&die)};
                vec_push(&ranges, range);
            }
        }
    }
    if (ranges.n) {
        qsort(ranges.v, ranges.n, sizeof *ranges.v, by_start);
    }
    units->ranges = ranges.v;
    units->count = ranges.n;
    units->collected = true;
}

bool units_find(struct units *units, uint64_t address, Dwarf_Die *unit) {
    if (!units->dwarf) {
        return false;
    }
    if (!units->collected) {
        collect(units);
    }
    size_t low = 0, high = units->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (units->ranges[middle].start <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && address < units->ranges[low - 1].end &&
           dwarf_offdie(units->dwarf, units->ranges[low - 1].unit, unit) != NULL;
}

void units_free(struct units *units) {
    free(units->ranges);
    *units = (struct units){0};
}
