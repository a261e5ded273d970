/* SPDX-License-Identifier: BSD-3-Clause */
/* Types in DWARF, as far as descriptors need them. */
#include "link/iface_private.h"

#include <string.h>

enum { MAX_LINKS = 32 }; /* typedefs and qualifiers in a row */

bool type_of(Dwarf_Die *die, Dwarf_Die *type, bool *is_const) {
    Dwarf_Attribute attribute;
    Dwarf_Die at = *die;
    if (is_const) {
        *is_const = false;
    }
    for (int i = 0; i < MAX_LINKS; i++) {
        if (!dwarf_attr_integrate(&at, DW_AT_type, &attribute) ||
            !dwarf_formref_die(&attribute, &at)) {
            return false;
        }
        switch (dwarf_tag(&at)) {
        case DW_TAG_const_type:
            if (is_const) {
                *is_const = true;
            }
            continue;
        case DW_TAG_typedef:
        case DW_TAG_volatile_type:
        case DW_TAG_restrict_type:
        case DW_TAG_atomic_type:
            continue;
        default:
            *type = at;
            return true;
        }
    }
    return false;
}

bool type_is_struct(Dwarf_Die *type) {
    const int tag = dwarf_tag(type);
    return tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_class_type;
}

uint64_t type_size(Dwarf_Die *type) {
    Dwarf_Word size;
    if (dwarf_tag(type) == DW_TAG_subroutine_type || dwarf_hasattr(type, DW_AT_declaration)) {
        return 0;
    }
    return dwarf_aggregate_size(type, &size) == 0 ? size : 0;
}

bool type_is_complete(Dwarf_Die *type) {
    return type_size(type) != 0;
}

uint8_t type_number(Dwarf_Die *type) {
    Dwarf_Attribute attribute;
    Dwarf_Word encoding = DW_ATE_unsigned;
    const uint64_t size = type_size(type);
    const int tag = dwarf_tag(type);
    if ((tag != DW_TAG_base_type && tag != DW_TAG_enumeration_type) || size == 0 || size > 8) {
        return 0;
    }
    if (tag == DW_TAG_base_type &&
        (!dwarf_attr(type, DW_AT_encoding, &attribute) || dwarf_formudata(&attribute, &encoding))) {
        return 0;
    }
    switch (encoding) {
    case DW_ATE_signed:
    case DW_ATE_signed_char:
        return (uint8_t)(size | FLEXOS_IFACE_SIGNED);
    case DW_ATE_unsigned:
    case DW_ATE_unsigned_char:
    case DW_ATE_boolean:
    case DW_ATE_UTF:
        return (uint8_t)size;
    default:
        return 0;
    }
}

bool type_is_char(Dwarf_Die *type) {
    const char *name = dwarf_diename(type);
    return dwarf_tag(type) == DW_TAG_base_type && name && strcmp(name, "char") == 0;
}

bool type_pointed(Dwarf_Die *type, Dwarf_Die *target, bool *is_void, bool *is_const) {
    if (dwarf_tag(type) != DW_TAG_pointer_type) {
        return false;
    }
    *is_void = !type_of(type, target, is_const);
    return true;
}

bool type_member(Dwarf_Die *type, const char *name, Dwarf_Die *member, uint64_t *offset) {
    Dwarf_Die child, inner;
    if (dwarf_child(type, &child) != 0) {
        return false;
    }
    do {
        Dwarf_Attribute attribute;
        Dwarf_Word at = 0;
        if (dwarf_tag(&child) != DW_TAG_member) {
            continue;
        }
        if (dwarf_attr(&child, DW_AT_data_member_location, &attribute)) {
            dwarf_formudata(&attribute, &at);
        }
        const char *found = dwarf_diename(&child);
        if (found && strcmp(found, name) == 0) {
            *member = child;
            *offset = at;
            return true;
        }
        if (!found && type_of(&child, &inner, NULL) && type_member(&inner, name, member, offset)) {
            *offset += at;
            return true;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return false;
}

/* Whether `die` is what `name` names: with `struct` or `union` in front (tag), or without. */
static bool matches(Dwarf_Die *die, int tag, const char *name) {
    const int found = dwarf_tag(die);
    const bool kind =
        tag == DW_TAG_typedef ? found == DW_TAG_typedef || found == DW_TAG_base_type : found == tag;
    const char *called = kind ? dwarf_diename(die) : NULL;
    return called && strcmp(called, name) == 0;
}

/* Looks through the top level of one compilation unit. */
static bool named_in_unit(Dwarf_Die *unit, int tag, const char *name, Dwarf_Die *type) {
    Dwarf_Die child;
    if (dwarf_child(unit, &child) != 0) {
        return false;
    }
    do {
        if (!matches(&child, tag, name)) {
            continue;
        }
        *type = child;
        if (dwarf_tag(&child) == DW_TAG_typedef && !type_of(&child, type, NULL)) {
            continue;
        }
        if (type_is_complete(type)) {
            return true;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return false;
}

bool type_named(Dwarf_Die *near, const char *text, Dwarf_Die *type) {
    int tag = DW_TAG_typedef;
    if (str_starts(text, "struct ")) {
        tag = DW_TAG_structure_type;
        text += strlen("struct ");
    } else if (str_starts(text, "union ")) {
        tag = DW_TAG_union_type;
        text += strlen("union ");
    }
    Dwarf_Die unit;
    if (dwarf_diecu(near, &unit, NULL, NULL) && named_in_unit(&unit, tag, text, type)) {
        return true;
    }
    Dwarf *dwarf = dwarf_cu_getdwarf(near->cu);
    Dwarf_Off offset = 0, next;
    size_t header;
    for (; dwarf_nextcu(dwarf, offset, &next, &header, NULL, NULL, NULL) == 0; offset = next) {
        if (dwarf_offdie(dwarf, offset + header, &unit) && named_in_unit(&unit, tag, text, type)) {
            return true;
        }
    }
    return false;
}

void type_complete(Dwarf_Die *near, Dwarf_Die *type) {
    Dwarf_Die found;
    const char *name = dwarf_diename(type);
    if (!type_is_struct(type) || type_is_complete(type) || !name) {
        return;
    }
    char *text =
        xasprintf("%s %s", dwarf_tag(type) == DW_TAG_union_type ? "union" : "struct", name);
    if (type_named(near, text, &found)) {
        *type = found;
    }
    free(text);
}
