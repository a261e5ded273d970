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

/* Words of a frame (mechanisms/intel-mpk/target/x86_64/full.inc). */
enum { CALLEE, PREVIOUS, SAVED_RBP = 8, RETURN_ADDRESS, FRAME_WORDS };

#define NEAR_CALL 0xe8 /* call with a 32-bit displacement */
#define NEAR_CALL_SIZE 5

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

static bool plausible_callee(struct program *program, uint64_t callee) {
    return callee <= FLEXOS_MAX_COMPARTMENTS &&
           (callee == 0 || program->layout.domains[callee].name[0]);
}

static const char *symbol_of(struct program *program, uint64_t address) {
    struct program_code code;
    program_code(program, address, &code);
    return code.function ? code.function : "";
}

/*
 * Where the compartment's own code goes on. A stub that checks arguments calls the gate itself; it
 * keeps a frame pointer, behind which the return address of its caller lies.
 */
static uint64_t caller_of(struct program *program, const struct stopped *stopped,
                          const uint64_t *words) {
    uint64_t address = words[RETURN_ADDRESS], behind;
    if (!strncmp(symbol_of(program, address - 1), "__", 2) &&
        stopped_read(stopped, words[SAVED_RBP] + 8, &behind, sizeof behind) &&
        program_segment(program, behind) >= 0) {
        return behind;
    }
    return address;
}

static void read_list(struct frames *frames, struct program *program, const struct stopped *stopped,
                      int k, uint64_t at) {
    while (at && frames->count[k] < CHAIN_MAX && frames->total < CHAIN_MAX) {
        uint64_t words[FRAME_WORDS];
        if (at % 8 || !stopped_read(stopped, at, words, 2 * sizeof *words) ||
            !plausible_callee(program, words[CALLEE]) ||
            !stopped_read(stopped, at, words, sizeof words)) {
            return;
        }
        frames->list[k][frames->count[k]++] =
            (struct frame){(int)words[CALLEE], caller_of(program, stopped, words)};
        frames->total++;
        if (words[PREVIOUS] && words[PREVIOUS] <= at) {
            return; /* older frames lie higher */
        }
        at = words[PREVIOUS];
    }
}

/* `__gate_1_2$recv` and `__thunk$recv`: the function behind the name of a gate. */
static const char *called_function(struct program *program, const struct stopped *stopped,
                                   uint64_t return_address) {
    unsigned char code[NEAR_CALL_SIZE];
    int32_t displacement;
    if (!stopped_read(stopped, return_address - NEAR_CALL_SIZE, code, sizeof code) ||
        code[0] != NEAR_CALL) {
        return NULL;
    }
    memcpy(&displacement, code + 1, sizeof displacement);
    const char *name = symbol_of(program, return_address + (uint64_t)(int64_t)displacement);
    if (strncmp(name, "__gate_", 7) && strncmp(name, "__thunk", 7)) {
        return NULL;
    }
    name = strchr(name, '$');
    return name ? name + 1 : NULL;
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
        chain->links[chain->count++] = (struct chain_link){k, current, frame->return_address, NULL};
        if (search(frames, chain, best, k, steps)) {
            return true;
        }
        chain->count--;
        frames->used[k]--;
    }
    return false;
}

/*
 * The saved stack pointer of compartment k: of the running thread it has a place of its own, those
 * of the others stand in a table.
 */
static bool newest_frame(struct program *program, const struct stopped *stopped, int k, int thread,
                         uint64_t *top) {
    char name[32];
    uint64_t address;
    snprintf(name, sizeof name, "__flexos_sp_now_%d", k);
    if (program_symbol(program, name, &address)) {
        return stopped_read(stopped, address, top, sizeof *top);
    }
    snprintf(name, sizeof name, "__flexos_sp_%d", k);
    return program_symbol(program, name, &address) &&
           stopped_read(stopped, address + 8 * (uint64_t)thread, top, sizeof *top);
}

void chain_walk(struct chain *chain, struct program *program, const struct stopped *stopped,
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
        if (k && program->layout.domains[k].stack_domain != k) {
            continue; /* its stacks are another compartment's: light gates leave no frames */
        }
        uint64_t top;
        if (newest_frame(program, stopped, k, thread, &top)) {
            read_list(&frames, program, stopped, k, top);
        }
    }
    chain->complete = search(&frames, &attempt, chain, compartment, &steps);
    for (size_t i = 0; i < chain->count; i++) {
        chain->links[i].function =
            called_function(program, stopped, chain->links[i].return_address);
    }
}
