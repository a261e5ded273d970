/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Length expressions and conditions (core/iface.h). Values are 128 bit wide here, so that nothing
 * wraps: arguments lie in [-2^63, 2^64), and whatever leaves (-2^63, 2^63) in between makes the
 * expression bad. A length must lie in [0, 2^47).
 *
 * The code comes from the link step and is trusted; the numbers are not.
 */
#include "core/iface_private.h"

typedef __int128 wide;

#define LIMIT ((wide)1 << 63)
#define MEMORY_LIMIT ((wide)1 << 47)

struct value {
    wide number;
    bool bad;
};

static wide number_at(const void *at, uint8_t type) {
    const bool is_signed = (type & FLEXOS_IFACE_SIGNED) != 0;
    switch (type & ~FLEXOS_IFACE_SIGNED) {
    case 1:
        return is_signed ? *(const int8_t *)at : (wide) * (const uint8_t *)at;
    case 2:
        return is_signed ? *(const int16_t *)at : (wide) * (const uint16_t *)at;
    case 4:
        return is_signed ? *(const int32_t *)at : (wide) * (const uint32_t *)at;
    default:
        return is_signed ? *(const int64_t *)at : (wide) * (const uint64_t *)at;
    }
}

uint64_t flexos_iface_number(const void *at, uint8_t type) {
    return (uint64_t)number_at(at, type);
}

static struct value combine(unsigned operation, struct value a, struct value b) {
    struct value v = {0, a.bad || b.bad};
    const wide x = a.number, y = b.number;
    switch (operation) {
    case FLEXOS_IFACE_ADD:
        v.number = x + y;
        break;
    case FLEXOS_IFACE_SUB:
        v.number = x - y;
        break;
    case FLEXOS_IFACE_MUL:
        v.bad = v.bad || x >= LIMIT || y >= LIMIT || x <= -LIMIT || y <= -LIMIT;
        v.number = v.bad ? 0 : x * y;
        break;
    case FLEXOS_IFACE_EQ:
        v.number = x == y;
        break;
    case FLEXOS_IFACE_NE:
        v.number = x != y;
        break;
    case FLEXOS_IFACE_LT:
        v.number = x < y;
        break;
    case FLEXOS_IFACE_LE:
        v.number = x <= y;
        break;
    case FLEXOS_IFACE_GT:
        v.number = x > y;
        break;
    case FLEXOS_IFACE_GE:
        v.number = x >= y;
        break;
    default: /* FLEXOS_IFACE_AND */
        v.number = x && y;
        break;
    }
    v.bad = v.bad || v.number >= LIMIT || v.number <= -LIMIT;
    return v;
}

/* What a pointer argument points to; nothing is 0. */
static wide load(const struct flexos_regs *regs, unsigned place, uint8_t type) {
    const uint64_t pointer = *flexos_iface_place((struct flexos_regs *)(uintptr_t)regs, place);
    return pointer == 0 ? 0 : number_at((const void *)pointer, type);
}

static struct value evaluate(const struct flexos_regs *regs, unsigned code, const void *object) {
    struct value stack[FLEXOS_IFACE_DEPTH];
    unsigned top = 0;
    const uint8_t *at = flexos_iface_code + code;
    for (; *at != FLEXOS_IFACE_END && top < FLEXOS_IFACE_DEPTH; at++) {
        struct value v = {0, false};
        switch (*at) {
        case FLEXOS_IFACE_CONSTANT:
            v.number = (wide)at[1] | (wide)at[2] << 8 | (wide)at[3] << 16 | (wide)at[4] << 24;
            at += 4;
            break;
        case FLEXOS_IFACE_ARGUMENT:
            v.number =
                number_at(flexos_iface_place((struct flexos_regs *)(uintptr_t)regs, at[1]), at[2]);
            at += 2;
            break;
        case FLEXOS_IFACE_LOAD:
            v.number = load(regs, at[1], at[2]);
            at += 2;
            break;
        case FLEXOS_IFACE_MEMBER:
            v.number = number_at((const char *)object + (at[1] | at[2] << 8), at[3]);
            at += 3;
            break;
        case FLEXOS_IFACE_RESULT:
            v.number = number_at(&regs->result[0], at[1]);
            at += 1;
            break;
        default:
            if (top < 2) {
                return (struct value){0, true};
            }
            top--;
            stack[top - 1] = combine(*at, stack[top - 1], stack[top]);
            continue;
        }
        stack[top++] = v;
    }
    return top == 1 ? stack[0] : (struct value){0, true};
}

uint64_t flexos_iface_length(const struct flexos_regs *regs, unsigned code, const void *object) {
    const struct value v = evaluate(regs, code, object);
    return v.bad || v.number < 0 || v.number >= MEMORY_LIMIT ? FLEXOS_IFACE_BAD
                                                             : (uint64_t)v.number;
}

bool flexos_iface_condition(const struct flexos_regs *regs, unsigned code) {
    const struct value v = evaluate(regs, code, NULL);
    return !v.bad && v.number != 0;
}
