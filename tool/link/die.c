/* SPDX-License-Identifier: BSD-3-Clause */
/* Small questions to DWARF entries: see die.h. */
#include "link/die.h"

#include <dwarf.h>

bool die_type(Dwarf_Die *die, Dwarf_Die *type) {
    Dwarf_Attribute attribute;
    return dwarf_attr_integrate(die, DW_AT_type, &attribute) && dwarf_formref_die(&attribute, type);
}

bool die_strip(Dwarf_Die *type) {
    for (;;) {
        Dwarf_Die inner;
        switch (dwarf_tag(type)) {
        case DW_TAG_typedef:
        case DW_TAG_const_type:
        case DW_TAG_volatile_type:
        case DW_TAG_restrict_type:
        case DW_TAG_atomic_type:
            if (!die_type(type, &inner))
                return false;
            *type = inner;
            break;
        default:
            return true;
        }
    }
}

bool die_bare_type(Dwarf_Die *die, Dwarf_Die *type) {
    return die_type(die, type) && die_strip(type);
}

Dwarf_Die die_origin(Dwarf_Die *function) {
    Dwarf_Die die = *function, origin;
    Dwarf_Attribute attribute;
    while (dwarf_attr(&die, DW_AT_abstract_origin, &attribute) &&
           dwarf_formref_die(&attribute, &origin))
        die = origin;
    return die;
}

uint64_t die_size(Dwarf_Die *type) {
    Dwarf_Word size = 0;
    return dwarf_aggregate_size(type, &size) == 0 ? size : 0;
}

uint64_t die_number(Dwarf_Die *die, unsigned name, uint64_t otherwise) {
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    if (dwarf_attr(die, name, &attribute) && dwarf_formudata(&attribute, &value) == 0)
        return value;
    return otherwise;
}
