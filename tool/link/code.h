/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the instructions of a code section do besides what its relocations say. The stateless rule
 * needs it: relocations name the memory that code reaches by symbol, the instructions here reach
 * something without one.
 */
#ifndef FLEXOS_TOOL_LINK_CODE_H
#define FLEXOS_TOOL_LINK_CODE_H

#include "link/object.h"

enum code_fact {
    CODE_THREAD = 1,    /* %fs, %gs or their bases */
    CODE_SYSTEM = 2,    /* system call, interrupt, port, PKRU, privileged instruction */
    CODE_ABSOLUTE = 4,  /* an address that no relocation explains */
    CODE_UNDECODED = 8, /* bytes that are no instruction */
    CODE_STATEFUL = 15, /* any of these */
    CODE_AVX = 16,      /* not state, but the gates must know which registers to clear */
    CODE_AVX512 = 32,
};

/* The facts of one section; *WHERE: offset of the first instruction that caused one. */
unsigned code_facts(const struct object *object, size_t section, uint64_t *where);

const char *code_fact_text(unsigned facts);

#endif
