/* SPDX-License-Identifier: BSD-3-Clause */
/* Copying and filling for the interface hooks, and the way out of a violation. No vector register,
   no call: a gate has live argument registers around these. */
#include "core/iface_private.h"
#include "core/trap.h"

#define WORD_COPY 128 /* up to here words, above it the string instruction */

struct word {
    uint64_t value;
} __attribute__((packed, may_alias));

void flexos_iface_copy(uint64_t to, uint64_t from, uint64_t length) {
    if (length > WORD_COPY) {
        __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length)::"memory");
        return;
    }
    for (; length >= 8; length -= 8, to += 8, from += 8) {
        ((struct word *)to)->value = ((const struct word *)from)->value;
    }
    for (; length > 0; length--, to++, from++) {
        *(volatile uint8_t *)to = *(const uint8_t *)from;
    }
}

void flexos_iface_zero(uint64_t at, uint64_t length) {
    if (length > WORD_COPY) {
        __asm__ volatile("rep stosb" : "+D"(at), "+c"(length) : "a"(0) : "memory");
        return;
    }
    for (; length >= 8; length -= 8, at += 8) {
        ((struct word *)at)->value = 0;
    }
    for (; length > 0; length--, at++) {
        *(volatile uint8_t *)at = 0;
    }
}

void flexos_iface_structure_back(const struct flexos_iface_param *param, uint64_t to, uint64_t from,
                                 uint64_t length) {
    for (uint64_t at = 0; at < length; at++) {
        bool pointer = false;
        for (unsigned i = 0; i < param->members; i++) {
            pointer = pointer || at - flexos_iface_members[param->member + i].base < 8;
        }
        if (!pointer) {
            *(volatile uint8_t *)(to + at) = *(const uint8_t *)(from + at);
        }
    }
}

void flexos_iface_result_back(const struct flexos_iface_call *call) {
    uint64_t *result = &call->frame->regs.result[0];
    if (call->iface->result < FLEXOS_IFACE_RESULT_SHARED) {
        return;
    }
    for (unsigned i = 0; i < call->iface->params; i++) {
        const uint64_t copy = call->frame->param[i].copy;
        if (copy != 0 && *result - copy < call->frame->param[i].length) {
            *result += call->frame->param[i].original - copy;
            return;
        }
    }
}

__attribute__((noinline)) _Noreturn void flexos_iface_refused(const char *function,
                                                              const char *param, uint64_t value,
                                                              uint64_t length, const char *rule,
                                                              uint64_t sides) {
    register const char *rule_register __asm__("r8") = rule;
    register uint64_t sides_register __asm__("r9") = sides;
    __asm__ volatile("ud2\n\t.byte 'F', 'x', %c0, 255, 255" ::"i"(FLEXOS_TRAP_INTERFACE),
                     "D"(function), "S"(param), "d"(value), "c"(length), "r"(rule_register),
                     "r"(sides_register));
    __builtin_unreachable();
}

_Noreturn void flexos_iface_refuse(const struct flexos_iface_call *call, uint32_t name,
                                   uint64_t value, uint64_t length, const char *rule) {
    flexos_iface_refused(flexos_iface_text + call->iface->name, flexos_iface_text + name, value,
                         length, rule, (uint64_t)call->from << 8 | call->to);
}
