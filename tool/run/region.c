/* SPDX-License-Identifier: BSD-3-Clause */
/* What lies at an address; see region.h. */
#include "run/region.h"

#include <elf.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define NULL_END 0x10000

const char *region_kind_name(enum region_kind kind) {
    static const char *const names[] = {
        [REGION_NULL] = "null",       [REGION_INVALID] = "invalid",
        [REGION_CODE] = "code",       [REGION_CONSTANT] = "constant",
        [REGION_DATA] = "data",       [REGION_STACK] = "stack",
        [REGION_GUARD] = "guard",     [REGION_SHARED_STACK] = "shared-stack",
        [REGION_HEAP] = "heap",       [REGION_GAP] = "gap",
        [REGION_NOTHING] = "nothing",
    };
    return names[kind];
}

static void find_in_arena(struct region *region, struct program *program, uint64_t address) {
    uint64_t from_base = address - FLEXOS_ARENA_BASE;
    uint64_t inside = from_base % FLEXOS_ARENA_SIZE;
    uint64_t slot = program->layout.stack_slot ? program->layout.stack_slot : FLEXOS_STACK_SLOT;

    region->owner = (int)(from_base / FLEXOS_ARENA_SIZE);
    if (inside >= FLEXOS_HEAP_OFFSET) {
        region->kind = REGION_HEAP;
        region->offset = inside - FLEXOS_HEAP_OFFSET;
    } else if (inside >= FLEXOS_STACKS_SIZE + FLEXOS_STACKS_SHARED) {
        region->kind = REGION_GAP;
    } else {
        bool shared = inside >= FLEXOS_STACKS_SHARED;
        uint64_t in_stacks = shared ? inside - FLEXOS_STACKS_SHARED : inside;
        region->thread = (int)(in_stacks / slot);
        region->offset = in_stacks % slot;
        region->kind = region->offset < FLEXOS_PAGE_SIZE ? REGION_GUARD
                       : shared                          ? REGION_SHARED_STACK
                                                         : REGION_STACK;
    }
}

static int owner_in_file(struct program *program, uint64_t address, bool writable) {
    for (int k = 0; program->have_layout && k < FLEXOS_DOMAINS; k++) {
        const struct flexos_layout_domain *domain = &program->layout.domains[k];
        if (address >= domain->start && address < domain->end) {
            return k;
        }
    }
    return !writable || program_isolated(program) ? 0 : 1;
}

void region_find(struct region *region, struct program *program, uint64_t address) {
    *region = (struct region){.kind = REGION_NOTHING, .owner = -1, .thread = -1};
    int flags = program_segment(program, address);
    if (flags >= 0) {
        region->kind = flags & PF_X ? REGION_CODE : flags & PF_W ? REGION_DATA : REGION_CONSTANT;
        region->owner = owner_in_file(program, address, flags & PF_W);
        program_object(program, address, &region->object);
    } else if (address < NULL_END) {
        region->kind = REGION_NULL;
    } else if (address >= UINT64_C(0x800000000000)) {
        region->kind = REGION_INVALID;
    } else if (program->have_layout && address >= FLEXOS_ARENA_BASE && address < FLEXOS_ARENA_END) {
        find_in_arena(region, program, address);
    }
}

static void owner_text(const struct region *region, struct program *program, char *text,
                       size_t size) {
    if (region->owner == 0 || region->owner == FLEXOS_DOMAIN_TCB) {
        snprintf(text, size, "the TCB");
    } else if (region->owner == FLEXOS_DOMAIN_SHARED) {
        snprintf(text, size, "all compartments (shared)");
    } else if (!program_isolated(program)) {
        snprintf(text, size, "the image");
    } else {
        snprintf(text, size, "compartment %d (%s)", region->owner,
                 program_compartment(program, region->owner));
    }
}

static void object_text(const struct region *region, const char *owner, char *text, size_t size) {
    const struct program_object *object = &region->object;
    const char *what = region->kind == REGION_CODE       ? "code"
                       : region->kind == REGION_CONSTANT ? "a constant"
                                                         : "data";
    char library[80] = "", whose[100] = "";
    if (object->library) {
        snprintf(library, sizeof library, " in %s", object->library);
    }
    if (region->kind == REGION_DATA) {
        snprintf(whose, sizeof whose, ", owner: %s", owner);
    }
    if (object->name && region->kind == REGION_CODE) {
        snprintf(text, size, "the code of %s+0x%" PRIx64 "%s", object->name, object->offset,
                 library);
    } else if (object->name) {
        snprintf(text, size, "object %s, byte %" PRIu64 " of %" PRIu64 "%s%s", object->name,
                 object->offset, object->size, library, whose);
    } else {
        snprintf(text, size, "%s%s without a symbol%s", what, library, whose);
    }
}

void region_describe(const struct region *region, struct program *program, char *text,
                     size_t size) {
    char owner[80];
    owner_text(region, program, owner, sizeof owner);
    switch (region->kind) {
    case REGION_NULL:
        snprintf(text, size, "nothing: a null pointer, or a member of a null structure");
        break;
    case REGION_INVALID:
        snprintf(text, size, "nothing: no address that a program can have");
        break;
    case REGION_CODE:
    case REGION_CONSTANT:
    case REGION_DATA:
        object_text(region, owner, text, size);
        break;
    case REGION_STACK:
        snprintf(text, size, "the stack of thread %d in %s", region->thread, owner);
        break;
    case REGION_GUARD:
        snprintf(text, size, "the guard page below the stack of thread %d in %s", region->thread,
                 owner);
        break;
    case REGION_SHARED_STACK:
        snprintf(text, size, "the shared half of the stack of thread %d in %s", region->thread,
                 owner);
        break;
    case REGION_HEAP:
        snprintf(text, size, "the heap of %s, byte 0x%" PRIx64, owner, region->offset);
        break;
    case REGION_GAP:
        snprintf(text, size, "unused address space of %s", owner);
        break;
    case REGION_NOTHING:
        snprintf(text, size, "nothing of this image");
        break;
    }
}
