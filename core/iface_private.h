/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files core/iface*.c know of each other. */
#ifndef FLEXOS_CORE_IFACE_PRIVATE_H
#define FLEXOS_CORE_IFACE_PRIVATE_H

#include <stdbool.h>

#include "core/iface.h"

/* One call: everything that is known while an argument is handled. */
struct flexos_iface_call {
    const struct flexos_iface *iface;
    struct flexos_iface_frame *frame;
    unsigned from, to;
};

#define FLEXOS_IFACE_BAD UINT64_MAX /* a length that is wrapped, negative, or beyond all memory */

static inline struct flexos_iface_call flexos_iface_call(uint64_t index, struct flexos_regs *regs,
                                                         unsigned from, unsigned to) {
    return (struct flexos_iface_call){&flexos_iface_table[index],
                                      (struct flexos_iface_frame *)(void *)regs, from, to};
}

/* Where an argument is: in a register, or on the stack. */
static inline uint64_t *flexos_iface_place(struct flexos_regs *regs, unsigned place) {
    return place < FLEXOS_IFACE_ARGS ? &regs->gpr[place] : &regs->stack[place - FLEXOS_IFACE_ARGS];
}

/* The value of an expression; `object` is the structure that MEMBER refers to. A length: bad ones
   are FLEXOS_IFACE_BAD. A condition: true, false; a bad one is false. */
uint64_t flexos_iface_length(const struct flexos_regs *regs, unsigned code, const void *object);
bool flexos_iface_condition(const struct flexos_regs *regs, unsigned code);
/* The member or result as a number of 1, 2, 4 or 8 bytes. */
uint64_t flexos_iface_number(const void *at, uint8_t type);

/* Whether both sides may use [start, start + length); `write`: also change it. */
bool flexos_iface_common(const struct flexos_iface_call *call, uint64_t start, uint64_t length,
                         bool write);
/* How many bytes from `start` on both may read; 0 if none. */
uint64_t flexos_iface_readable(const struct flexos_iface_call *call, uint64_t start);
/* Whether it lies in constants. */
bool flexos_iface_constant(uint64_t start);
/* Whether it is memory of compartment `k` alone. */
bool flexos_iface_private(unsigned k, uint64_t start, uint64_t length);
/* Whether it can be an object of compartment `k`: in its heap or its linked data, not on a stack. */
bool flexos_iface_object(unsigned k, uint64_t start);
/* Whether it is an entry thunk that compartment `k` may call. */
bool flexos_iface_entry(uint64_t value, unsigned k);

/* Copies and fills, without a call: only constants and general registers. */
void flexos_iface_copy(uint64_t to, uint64_t from, uint64_t length);
void flexos_iface_zero(uint64_t at, uint64_t length);

/* Copies a structure without the pointers in it, which the receiver keeps. */
void flexos_iface_structure_back(const struct flexos_iface_param *param, uint64_t to, uint64_t from,
                                 uint64_t length);

/* A result that points into a copy of an argument becomes the pointer into the original. */
void flexos_iface_result_back(const struct flexos_iface_call *call);

/* Stops the image: parameter `name` (offset in the text table) broke `rule`. */
_Noreturn void flexos_iface_refuse(const struct flexos_iface_call *call, uint32_t name,
                                   uint64_t value, uint64_t length, const char *rule);

#endif
