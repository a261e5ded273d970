/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An image file as the crash report needs it: symbols, source lines, the layout table. Works with
 * any static ELF program; what the file does not tell is left out. Strings that are returned live
 * as long as the program.
 */
#ifndef FLEXOS_TOOL_RUN_PROGRAM_H
#define FLEXOS_TOOL_RUN_PROGRAM_H

#include "core/layout.h"
#include "run/labels.h"
#include "run/sources.h"
#include "run/symbols.h"
#include "run/units.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct Dwfl;
struct Dwfl_Module;

struct program {
    const char *path;
    struct Dwfl *dwfl;
    struct Dwfl_Module *module;
    struct symbols symbols;
    struct units units;
    struct labels labels;
    struct sources sources;
    bool have_layout; /* the file is a FlexOS image */
    struct flexos_layout layout;
};

struct program_code {
    uint64_t address;
    const char *function; /* without the instance suffix, or NULL */
    uint64_t offset;      /* into the function */
    const char *file;     /* or NULL */
    int line;
    const char *library; /* or NULL */
};

struct program_object {
    const char *name; /* or NULL: nothing known lies here */
    uint64_t offset, size;
    const char *library; /* or NULL */
};

/* 0 or a negative errno; -ENOEXEC when the file is no ELF program. */
int program_open(struct program *program, const char *path);
void program_close(struct program *program);

bool program_symbol(const struct program *program, const char *name, uint64_t *address);
void program_code(struct program *program, uint64_t address, struct program_code *code);
void program_object(struct program *program, uint64_t address, struct program_object *object);

/* Flags (PF_R, PF_W, PF_X) of the segment of the file that holds the address, or -1. */
int program_segment(const struct program *program, uint64_t address);

/* Name of compartment k as the configuration has it; "TCB" for 0, "?" when unknown. */
const char *program_compartment(const struct program *program, int k);

/* Whether the image separates compartments at all. */
bool program_isolated(const struct program *program);

/* The library whose code or data holds the address, or NULL (library.c). */
const char *program_library(struct program *program, uint64_t address);

#endif
