/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a fault means: from the stopped process and the image file to a cause that a person
 * understands, and to the verdict whether the rules of isolation were broken. Reports print this.
 */
#ifndef FLEXOS_TOOL_RUN_FAULT_H
#define FLEXOS_TOOL_RUN_FAULT_H

#include "run/access.h"
#include "run/backtrace.h"
#include "run/chain.h"
#include "run/region.h"

enum fault_cause {
    FAULT_FOREIGN,  /* memory of another compartment or of the TCB */
    FAULT_CONSTANT, /* a write to code or constants */
    FAULT_EXECUTE,  /* execution of what is not code */
    FAULT_NULL,
    FAULT_OVERFLOW,    /* stack overflow */
    FAULT_INVALID,     /* an address that is none */
    FAULT_UNMAPPED,    /* nothing lies there */
    FAULT_PRIVILEGED,  /* an instruction that programs may not use */
    FAULT_SYSTEM_CALL, /* a system call that the image may not make */
    FAULT_GATE,        /* a check of a gate or of the TCB failed */
    FAULT_ILLEGAL,     /* an instruction that does not exist, or __builtin_trap */
    FAULT_ARITHMETIC,
    FAULT_OTHER
};

struct fault {
    struct program *program;
    const struct stopped *stopped;
    enum fault_cause cause;
    bool violation;
    int compartment; /* that the thread was in; 0 TCB; -1 unknown */
    int thread;      /* -1 unknown */
    struct program_code code;
    struct access access;
    struct region region; /* of access.address, when that is known */
    struct backtrace backtrace;
    struct chain chain;
    int trap;                       /* FAULT_GATE: reason (core/trap.h), else 0 */
    int crossing_from, crossing_to; /* of that crossing, -1 does not apply */
    char why[400];                  /* the rule that was broken, or a likely reason */
};

void fault_analyse(struct fault *fault, struct program *program, const struct stopped *stopped);

/* Fills in crossing and reason of FLEXOS_TRAP_INTERFACE. fault_interface.c */
void fault_interface(struct fault *fault);

int fault_exit_status(const struct fault *fault);

const char *fault_cause_name(enum fault_cause cause);

#endif
