/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a call of a function moves, by the x86-64 psABI (version 1.0, section 3.2.3), from the types
 * in its DWARF: argument registers, stack words, result. C only.
 */
#ifndef FLEXOS_TOOL_LINK_SIGNATURE_H
#define FLEXOS_TOOL_LINK_SIGNATURE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

enum result { /* the numbers of docs/abi.md, section 5 */
              RESULT_VOID,
              RESULT_RAX,
              RESULT_RAX_RDX,
              RESULT_XMM0,
              RESULT_XMM0_XMM1,
              RESULT_RAX_XMM0,
              RESULT_XMM0_RAX,
              RESULT_ST0,
              RESULT_ST0_ST1,
              RESULT_MEMORY
};

enum obstacle { OBSTACLE_NONE, OBSTACLE_WIDE_VECTOR, OBSTACLE_TYPE };

struct signature {
    bool known;
    bool prototyped;
    bool variadic;
    uint8_t ireg, sse;
    uint8_t result;   /* enum result */
    uint8_t obstacle; /* enum obstacle: why no gate can carry it */
    uint16_t words;   /* 8-byte words of named arguments on the stack */
};

/* From a DW_TAG_subprogram or DW_TAG_subroutine_type. */
struct signature signature_of(Dwarf_Die *function);

/* The prototype as C text without names, "int (const char *, ...)"; allocated. */
char *signature_text(Dwarf_Die *function);

const char *result_text(enum result result);
const char *obstacle_text(enum obstacle obstacle);

#endif
