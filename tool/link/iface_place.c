/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the arguments of a function are passed, by the x86-64 psABI section 3.2.3. Only what a
 * descriptor needs: the place of arguments that are one general word, and how much the others take.
 */
#include "link/iface_private.h"

enum class { NONE, VECTOR, GENERAL, MEMORY };

static bool is_float(Dwarf_Die *type) {
    Dwarf_Attribute attribute;
    Dwarf_Word encoding = 0;
    return dwarf_tag(type) == DW_TAG_base_type && dwarf_attr(type, DW_AT_encoding, &attribute) &&
           dwarf_formudata(&attribute, &encoding) == 0 &&
           (encoding == DW_ATE_float || encoding == DW_ATE_complex_float);
}

/* Merges the classes of the scalars of a type at `offset` into the two eightbytes. */
static void classify(Dwarf_Die *type, uint64_t offset, enum class class[2]) {
    const uint64_t size = type_size(type);
    if (dwarf_tag(type) == DW_TAG_array_type) {
        Dwarf_Die element;
        if (type_of(type, &element, NULL) && type_size(&element) != 0) {
            for (uint64_t at = 0; at + type_size(&element) <= size && offset + at < 16;
                 at += type_size(&element)) {
                classify(&element, offset + at, class);
            }
        }
        return;
    }
    if (type_is_struct(type)) {
        Dwarf_Die child, member;
        if (dwarf_child(type, &child) != 0) {
            return;
        }
        do {
            Dwarf_Attribute attribute;
            Dwarf_Word at = 0;
            if (dwarf_tag(&child) != DW_TAG_member || !type_of(&child, &member, NULL)) {
                continue;
            }
            if (dwarf_attr(&child, DW_AT_data_member_location, &attribute)) {
                dwarf_formudata(&attribute, &at);
            }
            classify(&member, offset + at, class);
        } while (dwarf_siblingof(&child, &child) == 0);
        return;
    }
    for (uint64_t at = offset; at < offset + size && at < 16; at += 8) {
        enum class *slot = &class[at / 8];
        const enum class mine = !is_float(type) ? GENERAL : size > 8 ? MEMORY : VECTOR;
        *slot = mine > *slot ? mine : *slot;
    }
}

static void class_of(Dwarf_Die *type, enum class class[2]) {
    class[0] = class[1] = NONE;
    const uint64_t size = type_size(type);
    if (dwarf_tag(type) == DW_TAG_pointer_type) {
        class[0] = GENERAL;
    } else if (is_float(type)) {
        /* float, double; _Complex float in one, _Complex double in two; long double in memory */
        const char *name = dwarf_diename(type);
        const bool is_complex = name && str_starts(name, "complex");
        class[0] = size <= 8 || (is_complex && size == 16) ? VECTOR : MEMORY;
        class[1] = is_complex && size == 16 ? VECTOR : NONE;
    } else if (size > 16 || size == 0) {
        class[0] = size == 0 ? NONE : MEMORY;
    } else {
        classify(type, 0, class);
        if (class[0] == MEMORY || class[1] == MEMORY) {
            class[0] = MEMORY;
            class[1] = NONE;
        }
    }
}

bool place_in_memory(Dwarf_Die *type) {
    enum class class[2];
    if (!type_is_struct(type) && dwarf_tag(type) != DW_TAG_array_type) {
        return false;
    }
    class_of(type, class);
    return class[0] == MEMORY;
}

static uint64_t alignment_of(Dwarf_Die *type) {
    if (is_float(type) && type_size(type) > 8) {
        return 16;
    }
    if (dwarf_tag(type) == DW_TAG_base_type && type_size(type) == 16) {
        return 16;
    }
    if (type_is_struct(type)) {
        Dwarf_Die child, member;
        uint64_t align = 8;
        if (dwarf_child(type, &child) == 0) {
            do {
                if (dwarf_tag(&child) == DW_TAG_member && type_of(&child, &member, NULL) &&
                    alignment_of(&member) > align) {
                    align = alignment_of(&member);
                }
            } while (dwarf_siblingof(&child, &child) == 0);
        }
        return align;
    }
    return 8;
}

int place_next(struct places *places, Dwarf_Die *type) {
    enum class class[2];
    class_of(type, class);
    unsigned general = 0, vectors = 0;
    for (int i = 0; i < 2; i++) {
        general += class[i] == GENERAL;
        vectors += class[i] == VECTOR;
    }
    if (class[0] == NONE && class[1] == NONE) {
        return -1;
    }
    if (class[0] != MEMORY && places->general + general <= 6 && places->vectors + vectors <= 8) {
        places->general += general;
        places->vectors += vectors;
        return general == 1 && vectors == 0 ? (int)places->general - 1 : -1;
    }
    const unsigned words = (unsigned)((type_size(type) + 7) / 8);
    if (alignment_of(type) == 16) {
        places->words = (places->words + 1) & ~1U;
    }
    places->words += words;
    return class[0] == GENERAL && class[1] == NONE ? (int)(6 + places->words - words) : -1;
}
