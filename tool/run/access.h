/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the instruction tried that faulted. The kernel tells a tracer the address but not whether it
 * was to be read or written, so the instruction is decoded and its operands are computed from the
 * registers.
 */
#ifndef FLEXOS_TOOL_RUN_ACCESS_H
#define FLEXOS_TOOL_RUN_ACCESS_H

#include "platforms/linux/host/stopped.h"

enum access_kind { ACCESS_UNKNOWN, ACCESS_READ, ACCESS_WRITE, ACCESS_UPDATE, ACCESS_EXECUTE };

struct access {
    enum access_kind kind;
    bool known_address;
    uint64_t address;
    unsigned size;         /* bytes, 0 = unknown */
    bool privileged;       /* the instruction is not for programs: hlt, in, wrmsr, ... */
    char instruction[200]; /* disassembled, or "" */
};

/* `code`: the program's file has executable bytes at the instruction pointer. */
void access_decode(struct access *access, const struct stopped *stopped, bool code);

const char *system_call_name(int number); /* NULL when unknown */

#endif
