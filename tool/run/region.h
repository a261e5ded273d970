/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What lies at an address of an image and whose it is: by the arena arithmetic of flexos/limits.h,
 * the layout table and the symbols of the file.
 */
#ifndef FLEXOS_TOOL_RUN_REGION_H
#define FLEXOS_TOOL_RUN_REGION_H

#include "run/program.h"

enum region_kind {
    REGION_NULL,         /* the first 64 KiB */
    REGION_INVALID,      /* not an address at all (not canonical, or the kernel's) */
    REGION_CODE,         /* of the file */
    REGION_CONSTANT,     /* read-only data of the file */
    REGION_DATA,         /* writable data of the file */
    REGION_STACK,        /* private half */
    REGION_GUARD,        /* below a stack */
    REGION_SHARED_STACK, /* shared half (data shadow stack) */
    REGION_HEAP,
    REGION_GAP,    /* of an arena, never used */
    REGION_NOTHING /* outside the image and the arenas */
};

struct region {
    enum region_kind kind;
    int owner;  /* compartment; 0 or FLEXOS_DOMAIN_TCB for the TCB, FLEXOS_DOMAIN_SHARED, -1 none */
    int thread; /* of a stack, else -1 */
    uint64_t offset; /* into the stack slot or the heap */
    struct program_object object;
};

void region_find(struct region *region, struct program *program, uint64_t address);

/* Prints "heap of compartment 2 (net)" and the like, without end of line. */
void region_describe(const struct region *region, struct program *program, char *text, size_t size);

const char *region_kind_name(enum region_kind kind);

#endif
