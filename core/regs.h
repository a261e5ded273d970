/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The arguments of a gated call in memory, for the interface hooks (core/iface.c).
 *
 * The hooks are code of the TCB that runs with the rights of the compartment that the gate is in:
 * they may touch only what that compartment may. The gate stub calls them only when the function
 * has an interface descriptor:
 *
 *   in the caller, before the crossing:  flexos_iface_enter(index, regs, callee)
 *   in the callee, before the function:  flexos_iface_check(index, regs, caller)
 *   in the callee, after the function:   flexos_iface_result(index, regs, caller)
 *   in the caller, after the crossing:   flexos_iface_leave(index, regs, callee)
 *
 * `regs` lies on the private stack of the side that runs; enter and check may change the argument
 * registers and stack words, and the gate passes on what they hold afterwards. At result and leave
 * `result` holds what the function returned; what the hooks leave there is what is returned. The
 * same regs object is used for enter and leave of one call (and another one for check and result),
 * and `scratch` keeps its value between the two, zero at first.
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

void flexos_iface_enter(int index, struct flexos_regs *regs, unsigned callee);
void flexos_iface_check(int index, struct flexos_regs *regs, unsigned caller);
void flexos_iface_result(int index, struct flexos_regs *regs, unsigned caller);
void flexos_iface_leave(int index, struct flexos_regs *regs, unsigned callee);
#endif

#endif
