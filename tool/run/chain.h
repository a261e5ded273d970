/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The chain of gates that led to where a thread is, from the frames that gates leave on the
 * callers' stacks (docs/abi.md section 5), innermost first. The image may be hostile: every value
 * is checked for plausibility, and the walk ends at the first that is not.
 */
#ifndef FLEXOS_TOOL_RUN_CHAIN_H
#define FLEXOS_TOOL_RUN_CHAIN_H

#include "platforms/linux/host/stopped.h"
#include "run/program.h"

#define CHAIN_MAX 48

struct chain_link {
    int from, to;            /* compartments */
    uint64_t return_address; /* in `from`, behind the call */
    const char *function;    /* that was called, or NULL: by a pointer */
};

struct chain {
    struct chain_link links[CHAIN_MAX]; /* links[0].to is where the thread is now */
    size_t count;
    bool complete; /* every frame found belongs to the chain */
};

/* `compartment` is the one that the thread is in. */
void chain_walk(struct chain *chain, struct program *program, const struct stopped *stopped,
                int compartment, int thread);

#endif
