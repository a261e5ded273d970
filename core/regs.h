/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The arguments of a gated call in memory, for the interface hooks (core/iface.c).
 *
 * The hooks are code of the TCB that runs with the rights of the compartment that the gate is in:
 * they may touch only what that compartment may. They use general registers only. The gate stub
 * calls them only when the function has an interface descriptor (core/iface.h says step by step
 * what the gate does); `from` is the caller, `to` the callee:
 *
 *   in the caller, before the crossing:  n = flexos_iface_enter(index, regs, from, to)
 *   in the callee, before the function:  flexos_iface_check(index, regs, from, to)
 *   in the callee, after the function:   flexos_iface_result(index, regs, from, to)
 *   in the caller, after the crossing:   flexos_iface_leave(index, regs, from, to)
 *
 * `regs` lies on the private stack of the side that runs, at the lower end of a frame of
 * flexos_iface_table[index].caller_frame or .callee_frame bytes (the first two 32-bit words of a
 * table entry of FLEXOS_IFACE_ENTRY bytes; at least FLEXOS_REGS_SIZE, multiples of 16), of which
 * the hooks use the rest. Enter and check may change the argument registers and stack words, and
 * the gate passes on what they hold afterwards. After enter the gate lowers the stack pointer by n
 * before it records it: beside that gap, in the shared half, lies the bounce area, and a callback
 * must not run there. At result and leave `result` holds what the function returned; what the
 * hooks leave there is what is returned. The same regs object is used for enter and leave of one
 * call (and another one for check and result).
 */
#ifndef FLEXOS_CORE_REGS_H
#define FLEXOS_CORE_REGS_H

/* Offsets for assembly; asserted below. */
#define FLEXOS_REGS_GPR 0
#define FLEXOS_REGS_RAX 48
#define FLEXOS_REGS_STACK 56
#define FLEXOS_REGS_RESULT 64
#define FLEXOS_REGS_SCRATCH 80
#define FLEXOS_REGS_VECTOR 96
#define FLEXOS_REGS_RESULT_VECTOR 224
#define FLEXOS_REGS_SIZE 256
#define FLEXOS_IFACE_ENTRY 24 /* bytes of an entry of flexos_iface_table; asserted in iface.h */

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct flexos_regs {
    uint64_t gpr[6];     /* rdi, rsi, rdx, rcx, r8, r9; those that are no arguments hold 0 */
    uint64_t rax;        /* number of vector registers of a variadic call */
    uint64_t *stack;     /* the words that are passed on the stack */
    uint64_t result[2];  /* rax, rdx */
    uint64_t scratch[2]; /* for the hooks */
    uint64_t vector[8][2];        /* xmm0-7 */
    uint64_t result_vector[2][2]; /* xmm0, xmm1 */
};

_Static_assert(offsetof(struct flexos_regs, rax) == FLEXOS_REGS_RAX, "regs.h");
_Static_assert(offsetof(struct flexos_regs, stack) == FLEXOS_REGS_STACK, "regs.h");
_Static_assert(offsetof(struct flexos_regs, result) == FLEXOS_REGS_RESULT, "regs.h");
_Static_assert(offsetof(struct flexos_regs, scratch) == FLEXOS_REGS_SCRATCH, "regs.h");
_Static_assert(offsetof(struct flexos_regs, vector) == FLEXOS_REGS_VECTOR, "regs.h");
_Static_assert(offsetof(struct flexos_regs, result_vector) == FLEXOS_REGS_RESULT_VECTOR, "regs.h");
_Static_assert(sizeof(struct flexos_regs) == FLEXOS_REGS_SIZE, "regs.h");

uint64_t flexos_iface_enter(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to);
void flexos_iface_check(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to);
void flexos_iface_result(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to);
void flexos_iface_leave(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to);
#endif

#endif
