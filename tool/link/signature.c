/* SPDX-License-Identifier: BSD-3-Clause */
/* Argument classes of the psABI from DWARF types: see signature.h. */
#include "link/signature.h"

#include "link/die.h"

#include <dwarf.h>
#include <string.h>

enum class {
    CLASS_NONE,
    CLASS_INTEGER,
    CLASS_SSE,
    CLASS_X87, /* from here on: never in argument registers */
    CLASS_X87UP,
    CLASS_COMPLEX_X87,
    CLASS_MEMORY
};

/* The classes of the two eightbytes of a value. */
struct value {
    uint8_t class[2];
    uint64_t size;
    uint8_t obstacle;
};

/* Merging of two fields in one eightbyte, psABI 3.2.3 point 4. */
static void merge(struct value *value, uint64_t offset, enum class class) {
    if (offset / 8 > 1)
        return;
    uint8_t *slot = &value->class[offset / 8];
    if (*slot == CLASS_NONE || *slot == class)
        *slot = (uint8_t)class;
    else if (*slot == CLASS_MEMORY || class == CLASS_MEMORY)
        *slot = CLASS_MEMORY;
    else if (*slot == CLASS_INTEGER || class == CLASS_INTEGER)
        *slot = CLASS_INTEGER;
    else if (*slot >= CLASS_X87 || class >= CLASS_X87)
        *slot = CLASS_MEMORY;
}

static void classify_base(Dwarf_Die *type, uint64_t offset, struct value *value) {
    uint64_t size = die_size(type), encoding = die_number(type, DW_AT_encoding, 0);
    const char *name = dwarf_diename(type);
    uint64_t alignment = encoding == DW_ATE_complex_float ? size / 2 : size;
    if (alignment && offset % alignment)
        merge(value, 0, CLASS_MEMORY); /* a packed struct */
    switch (encoding) {
    case DW_ATE_float:
        if (size == 16 && name && strcmp(name, "long double") == 0) {
            merge(value, offset, CLASS_X87);
            merge(value, offset + 8, CLASS_X87UP);
        } else {
            merge(value, offset, CLASS_SSE);
            if (size == 16) /* __float128 fills one vector register */
                value->obstacle = OBSTACLE_TYPE;
        }
        break;
    case DW_ATE_complex_float:
        if (size == 32) {
            merge(value, offset, CLASS_COMPLEX_X87);
        } else {
            merge(value, offset, CLASS_SSE);
            if (size == 16)
                merge(value, offset + 8, CLASS_SSE);
        }
        break;
    default:
        for (uint64_t at = 0; at < size || at == 0; at += 8)
            merge(value, offset + at, CLASS_INTEGER);
    }
}

static void classify(Dwarf_Die *type, uint64_t offset, struct value *value);

static void classify_members(Dwarf_Die *type, uint64_t offset, struct value *value) {
    Dwarf_Die child, member;
    if (dwarf_child(type, &child) != 0)
        return;
    do {
        if (dwarf_tag(&child) != DW_TAG_member || !die_type(&child, &member))
            continue;
        uint64_t bit = die_number(&child, DW_AT_data_bit_offset, UINT64_MAX);
        uint64_t at =
            bit != UINT64_MAX ? bit / 8 : die_number(&child, DW_AT_data_member_location, 0);
        uint64_t bits = die_number(&child, DW_AT_bit_size, 0);
        if (bits) { /* a bit field only touches the eightbytes that its bits lie in */
            merge(value, offset + at, CLASS_INTEGER);
            if (bit != UINT64_MAX)
                merge(value, offset + (bit + bits - 1) / 8, CLASS_INTEGER);
            continue;
        }
        classify(&member, offset + at, value);
    } while (dwarf_siblingof(&child, &child) == 0);
}

static void classify_array(Dwarf_Die *type, uint64_t offset, struct value *value) {
    Dwarf_Attribute attribute;
    bool vector = false;
    uint64_t size = die_size(type);
    if (dwarf_attr(type, DW_AT_GNU_vector, &attribute))
        dwarf_formflag(&attribute, &vector);
    if (vector) {
        merge(value, offset, CLASS_SSE);
        if (size > 16)
            value->obstacle = OBSTACLE_WIDE_VECTOR;
        else if (size == 16) /* both halves in one register, which the result kinds cannot say */
            value->obstacle = OBSTACLE_TYPE;
        return;
    }
    Dwarf_Die element;
    if (!die_type(type, &element) || !die_strip(&element))
        return;
    uint64_t step = die_size(&element);
    for (uint64_t at = 0; step && at < size && offset + at < 16; at += step)
        classify(&element, offset + at, value);
}

static void classify(Dwarf_Die *declared, uint64_t offset, struct value *value) {
    Dwarf_Die type = *declared;
    if (!die_strip(&type))
        return;
    switch (dwarf_tag(&type)) {
    case DW_TAG_base_type:
        classify_base(&type, offset, value);
        break;
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_class_type:
        classify_members(&type, offset, value);
        break;
    case DW_TAG_array_type:
        classify_array(&type, offset, value);
        break;
    default: /* pointers, enumerations */
        if (offset %
            (dwarf_tag(&type) == DW_TAG_enumeration_type && die_size(&type) ? die_size(&type) : 8))
            merge(value, 0, CLASS_MEMORY);
        merge(value, offset, CLASS_INTEGER);
    }
}

static bool is_aggregate(Dwarf_Die *type) {
    int tag = dwarf_tag(type);
    return tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_class_type;
}

static struct value value_of(Dwarf_Die *declared) {
    struct value value = {0};
    Dwarf_Die type = *declared;
    if (!die_strip(&type))
        return value;
    value.size = dwarf_tag(&type) == DW_TAG_pointer_type ? 8 : die_size(&type);
    if (is_aggregate(&type) && die_number(&type, DW_AT_declaration, 0) && !value.size) {
        value.obstacle = OBSTACLE_TYPE; /* incomplete here, complete at the definition */
        return value;
    }
    classify(&type, 0, &value);
    if ((is_aggregate(&type) && value.size > 16) || value.class[0] == CLASS_MEMORY ||
        value.class[1] == CLASS_MEMORY ||
        (value.class[1] == CLASS_X87UP && value.class[0] != CLASS_X87))
        value.class[0] = value.class[1] = CLASS_MEMORY;
    return value;
}

static uint8_t result_of(const struct value *value) {
    uint8_t first = value->class[0], second = value->class[1];
    switch (first) {
    case CLASS_NONE: /* an empty first eightbyte before a used one travels as SSE */
        return second == CLASS_INTEGER ? RESULT_RAX
               : second == CLASS_SSE   ? RESULT_XMM0
                                       : RESULT_VOID;
    case CLASS_INTEGER:
        return second == CLASS_INTEGER ? RESULT_RAX_RDX
               : second == CLASS_SSE   ? RESULT_RAX_XMM0
                                       : RESULT_RAX;
    case CLASS_SSE:
        return second == CLASS_INTEGER ? RESULT_XMM0_RAX
               : second == CLASS_SSE   ? RESULT_XMM0_XMM1
                                       : RESULT_XMM0;
    case CLASS_X87:
        return RESULT_ST0;
    case CLASS_COMPLEX_X87:
        return RESULT_ST0_ST1;
    default:
        return RESULT_MEMORY;
    }
}

static uint64_t alignment_of(Dwarf_Die *declared) {
    Dwarf_Die type = *declared;
    uint64_t alignment = 8, explicit = 0;
    for (;;) {
        explicit = die_number(&type, DW_AT_alignment, 0);
        alignment = explicit > alignment ? explicit : alignment;
        Dwarf_Die inner;
        int tag = dwarf_tag(&type);
        if (tag == DW_TAG_base_type)
            return die_size(&type) >= 16 ? 16 : alignment;
        if (tag == DW_TAG_structure_type || tag == DW_TAG_union_type) {
            Dwarf_Die child, member;
            if (dwarf_child(&type, &child) != 0)
                return alignment;
            do {
                if (dwarf_tag(&child) != DW_TAG_member || !die_type(&child, &member))
                    continue;
                uint64_t inside = alignment_of(&member);
                explicit = die_number(&child, DW_AT_alignment, 0);
                inside = explicit > inside ? explicit : inside;
                alignment = inside > alignment ? inside : alignment;
            } while (dwarf_siblingof(&child, &child) == 0);
            return alignment;
        }
        if (tag == DW_TAG_pointer_type || !die_type(&type, &inner))
            return alignment;
        type = inner;
    }
}

static void add_argument(struct signature *signature, Dwarf_Die *type) {
    struct value value = value_of(type);
    if (value.obstacle)
        signature->obstacle = value.obstacle;
    if (value.class[0] == CLASS_NONE && value.class[1] == CLASS_NONE)
        return; /* an empty struct */
    unsigned integers = 0, vectors = 0;
    bool memory = value.class[0] >= CLASS_X87;
    for (int i = 0; i < 2; i++) {
        integers += value.class[i] == CLASS_INTEGER;
        vectors += value.class[i] == CLASS_SSE;
    }
    if (!memory && signature->ireg + integers <= 6 && signature->sse + vectors <= 8) {
        signature->ireg = (uint8_t)(signature->ireg + integers);
        signature->sse = (uint8_t)(signature->sse + vectors);
        return;
    }
    uint64_t alignment = alignment_of(type);
    if (alignment > 16)
        signature->obstacle = OBSTACLE_TYPE;
    if (alignment == 16)
        signature->words = (uint16_t)((signature->words + 1U) & ~1U);
    uint64_t words = (value.size + 7) / 8;
    if (signature->words + words > 4096)
        signature->obstacle = OBSTACLE_TYPE;
    else
        signature->words = (uint16_t)(signature->words + words);
}

/* The DIE whose children are the full list of parameters: the abstract one of an inlined function.
 */
struct signature signature_of(Dwarf_Die *function) {
    struct signature signature = {.known = true};
    Dwarf_Die die = die_origin(function), type, child;
    Dwarf_Attribute attribute;
    signature.prototyped = dwarf_hasattr_integrate(&die, DW_AT_prototyped);
    if (die_type(&die, &type)) {
        struct value value = value_of(&type);
        signature.obstacle = value.obstacle;
        signature.result = result_of(&value);
        if (signature.result == RESULT_MEMORY)
            signature.ireg = 1;
    }
    if (dwarf_child(&die, &child) == 0) {
        do {
            if (dwarf_tag(&child) == DW_TAG_unspecified_parameters)
                signature.variadic = true;
            else if (dwarf_tag(&child) == DW_TAG_formal_parameter && die_type(&child, &type))
                add_argument(&signature, &type);
        } while (dwarf_siblingof(&child, &child) == 0);
    }
    if (!signature.prototyped && dwarf_attr(&die, DW_AT_declaration, &attribute))
        signature.variadic = false; /* `int f();`: nothing is known of its parameters */
    return signature;
}

const char *result_text(enum result result) {
    static const char *const text[] = {"void",     "rax",      "rax+rdx", "xmm0",    "xmm0+xmm1",
                                       "rax+xmm0", "xmm0+rax", "st0",     "st0+st1", "memory"};
    return text[result];
}

const char *obstacle_text(enum obstacle obstacle) {
    switch (obstacle) {
    case OBSTACLE_WIDE_VECTOR:
        return "a parameter or the result is a vector of more than 16 bytes";
    case OBSTACLE_TYPE:
        return "a parameter or the result has a type that no gate carries (16-byte vector or "
               "__float128, alignment above 16, incomplete struct by value)";
    default:
        return "";
    }
}
