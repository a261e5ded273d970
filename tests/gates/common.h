/* SPDX-License-Identifier: BSD-3-Clause */
/* What the three compartments of the test image know of each other. */
#ifndef TESTS_GATES_COMMON_H
#define TESTS_GATES_COMMON_H

/* Positions among the gates 1 -> 2, and among the thunks, in gates.S. */
#define INDEX_READ 22
#define INDEX_STATE 23
#define INDEX_ADMIN 26
#define INDEX_STACK_USE 27
#define THUNK_FIRST 0x100000
#define THUNK_HIDDEN 5
#define THUNK_POKE 9

/* Positions of the pairs in gates.S, for flexos_secret_table: 2 * pair call, 2 * pair + 1 return.
 */
#define PAIR_1_0 3
#define PAIR_1_2 4
#define PAIR_1_3 5

#define STATUS_SUCCESS 99 /* exit status of an attack that succeeded */

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

#include "core/layout.h"
#include "flexos/published.h"

#define shared __attribute__((section(".flexos.shared")))
#define SERVICE(k, type, name, parameters) type name parameters __asm__("__gate_" #k "_0$" #name)

struct secret {
    uint64_t *of_caller, *of_callee;
};
extern const struct secret flexos_secret_table[];

/* All registers, as forge.S fills and dumps them. */
struct registers {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15, flags;
    uint64_t xmm[16][2];
    uint64_t mm[8];
    uint32_t mxcsr, fcw;
    uint64_t tags;
    uint64_t high[16][2]; /* upper halves of ymm0-15, when avx is 1 or 2 */
    uint64_t wide[16][8]; /* zmm16-31, when avx is 2 */
    uint64_t masks[8];    /* k0-7, likewise */
};

extern struct registers dumped; /* shared */
extern int avx;                 /* shared */
extern uint64_t shared_word;
extern uint64_t forged_target;

struct pair_of_longs {
    long a, b;
};
struct pair_of_doubles {
    double a, b;
};
struct long_double_pair {
    long a;
    double b;
};
struct double_long_pair {
    double a;
    long b;
};
struct big {
    long word[5];
};

struct three_words {
    long word[3];
};

/* A crossing by hand (forge.S): does what the first half of a full body does with the registers
   that it is given, then jumps to `site`. */
struct forge {
    uint64_t site;   /* address to jump to */
    uint64_t *sp;    /* saved stack pointer of the caller */
    uint64_t record; /* called compartment, as noted in the frame */
    uint64_t rbp;
    uint64_t rax, r11, r14, rdi, rsi, flags;
    uint32_t mxcsr, fcw;
    uint64_t dirty_x87;
};
long forge_call(const struct forge *f);
/* Jumps to a return site: rax, r14 (secret), rbx (result). Never comes back by itself. */
_Noreturn void forge_return(uint64_t site, uint64_t rax, uint64_t r14, uint64_t result);

void dump_registers(struct registers *to); /* at the point of call */
extern char __flexos_pkru_call_1_2[], __flexos_pkru_return_1_2[], __flexos_pkru_call_1_0[];
extern uint64_t __flexos_sp_now_1[], __flexos_sp_now_3[];
#endif
#endif
