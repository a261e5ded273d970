/* SPDX-License-Identifier: BSD-3-Clause */
/* Small questions to DWARF entries that several files ask. */
#ifndef FLEXOS_TOOL_LINK_DIE_H
#define FLEXOS_TOOL_LINK_DIE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

/* The type as written; false: void. */
bool die_type(Dwarf_Die *die, Dwarf_Die *type);
/* Takes typedefs and qualifiers off a type; false: it is void. */
bool die_strip(Dwarf_Die *type);
/* die_type, then die_strip. */
bool die_bare_type(Dwarf_Die *die, Dwarf_Die *type);
/* The entry that has the full list of parameters: the abstract one of an inlined function. */
Dwarf_Die die_origin(Dwarf_Die *function);
uint64_t die_size(Dwarf_Die *type); /* bytes, 0 when unknown */
uint64_t die_number(Dwarf_Die *die, unsigned name, uint64_t otherwise);

#endif
