/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calls inside the compartment in which a thread stands, innermost first, by the call frame
 * information of the file. It ends at the gate through which the compartment was entered.
 */
#ifndef FLEXOS_TOOL_RUN_BACKTRACE_H
#define FLEXOS_TOOL_RUN_BACKTRACE_H

#include "platforms/linux/host/stopped.h"
#include "run/program.h"

#define BACKTRACE_MAX 24

struct backtrace {
    uint64_t calls[BACKTRACE_MAX]; /* addresses inside the call instructions; not where it stands */
    size_t count;
};

void backtrace_walk(struct backtrace *backtrace, struct program *program,
                    const struct stopped *stopped);

#endif
