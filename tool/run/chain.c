/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walks the gates' frames; see chain.h.
 *
 * Each compartment has a list of frames, newest first: each names the compartment that was called.
 * The compartments' lists are not ordered against each other, so the chain is the way through them
 * that starts at the current compartment, goes each time to one whose newest frame names the
 * present one, and uses up all frames. It is found by trying; chains are short.
 */
#include "run/chain.h"

#include <stdio.h>
#include <string.h>

#define SAVED_REGISTERS 6 /* rbx, rbp, r12 to r15, then the return address */

struct frame {
    int callee;
    uint64_t return_address;
};

struct frames {
    struct frame list[FLEXOS_DOMAINS][CHAIN_MAX]; /* newest first */
    size_t count[FLEXOS_DOMAINS];
    size_t used[FLEXOS_DOMAINS];
    size_t total;
};

static bool plausible_callee(const struct program *program, uint64_t callee) {
    return callee <= FLEXOS_MAX_COMPARTMENTS &&
           (callee == 0 || program->layout.domains[callee].name[0]);
}

static void read_list(struct frames *frames, const struct program *program,
                      const struct stopped *stopped, int k, uint64_t at) {
    while (at && frames->count[k] < CHAIN_MAX && frames->total < CHAIN_MAX) {
        uint64_t words[2 + SAVED_REGISTERS + 1];
        if (at % 8 || !stopped_read(stopped, at, words, sizeof words) ||
            !plausible_callee(program, words[0])) {
            return;
        }
        frames->list[k][frames->count[k]++] =
            (struct frame){(int)words[0], words[2 + SAVED_REGISTERS]};
        frames->total++;
        if (words[1] && words[1] <= at) {
            return; /* older frames lie higher */
        }
        at = words[1];
    }
}

/* Tries to use up all frames from `current`; the best try so far is kept in `chain`. */
static bool search(struct frames *frames, struct chain *chain, struct chain *best, int current,
                   unsigned *steps) {
    if (chain->count > best->count) {
        *best = *chain;
    }
    if (chain->count == frames->total) {
        return true;
    }
    for (int k = 0; k < FLEXOS_DOMAINS && *steps; k++) {
        if (frames->used[k] == frames->count[k]) {
            continue;
        }
        const struct frame *frame = &frames->list[k][frames->used[k]];
        if (frame->callee != current) {
            continue;
        }
        --*steps;
        frames->used[k]++;
        chain->links[chain->count++] = (struct chain_link){k, current, frame->return_address};
        if (search(frames, chain, best, k, steps)) {
            return true;
        }
        chain->count--;
        frames->used[k]--;
    }
    return false;
}

void chain_walk(struct chain *chain, const struct program *program, const struct stopped *stopped,
                int compartment, int thread) {
    static struct frames frames;
    static struct chain attempt;
    unsigned steps = 10000;

    memset(&frames, 0, sizeof frames);
    memset(chain, 0, sizeof *chain);
    attempt.count = 0;
    if (thread < 0 || thread >= FLEXOS_MAX_THREADS || compartment < 0) {
        return;
    }
    for (int k = 0; k <= FLEXOS_MAX_COMPARTMENTS; k++) {
        char name[32];
        uint64_t table, top;
        snprintf(name, sizeof name, "__flexos_sp_%d", k);
        if (program_symbol(program, name, &table) &&
            stopped_read(stopped, table + 8 * (uint64_t)thread, &top, sizeof top)) {
            read_list(&frames, program, stopped, k, top);
        }
    }
    chain->complete = search(&frames, &attempt, chain, compartment, &steps);
}
