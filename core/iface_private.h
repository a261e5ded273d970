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
/* Whether it can be an object of compartment `k`: in its heap or its linked data, not on a stack.
 */
bool flexos_iface_object(unsigned k, uint64_t start);
/* Whether it is an entry thunk that compartment `k` may call. */
bool flexos_iface_entry(uint64_t value, unsigned k);

/* ---- the caller's side */

enum flexos_iface_phase { FLEXOS_IFACE_ENTER, FLEXOS_IFACE_LEAVE };
#define FLEXOS_IFACE_OWN_STACK 0x1000UL /* what the hooks themselves use, generously */
extern const char flexos_iface_too_large[];

/* Sets up an empty bounce area for a frame at `at`. */
void flexos_iface_bounce_start(struct flexos_iface_frame *frame, uint64_t at);
/* Bytes of the bounce area, or 0 when they do not fit. */
uint64_t flexos_iface_bounce_take(struct flexos_iface_frame *frame, uint64_t length);
/* One buffer, copied there (ENTER) or back, at most `back` bytes (LEAVE). Its copy; 0: it is passed
   as it is. */
uint64_t flexos_iface_bounce(const struct flexos_iface_call *call, enum flexos_iface_phase phase,
                             uint32_t name, uint64_t original, uint64_t length, uint8_t flags,
                             uint64_t back);
/* A private copy of a structure or array, behind those made before. */
uint64_t flexos_iface_snapshot(const struct flexos_iface_call *call, enum flexos_iface_phase phase,
                               uint32_t name, uint64_t original, uint64_t length);
/* What hangs on a structure or array that was copied to `copy` and is kept in `object`; `back`
   bytes were written to the buffers of arrays. */
void flexos_iface_members_walk(const struct flexos_iface_call *call, enum flexos_iface_phase phase,
                               const struct flexos_iface_param *param, uint64_t object,
                               uint64_t copy, uint64_t length, uint64_t back);
/* Whether the function says that it failed, so that nothing was written. */
bool flexos_iface_failed(const struct flexos_iface_call *call);
/* Refuses a result that may not cross. */
void flexos_iface_check_result(const struct flexos_iface_call *call);

/* ---- memory */

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
