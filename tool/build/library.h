/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the steps of building one library share. The steps, in order: source (fetch), prepare
 * (generated headers), inputs (which files), command (compiler flags), objects (compile what is
 * not cached), combine (one relocatable object). Each takes what the earlier ones filled in and
 * returns 0, or -1 after diagnostics.
 */
#ifndef FLEXOS_TOOL_BUILD_LIBRARY_H
#define FLEXOS_TOOL_BUILD_LIBRARY_H

#include "config/plan.h"
#include "util/hash.h"
#include "util/vec.h"

enum input_kind {
    INPUT_SOURCE,    /* of the source package */
    INPUT_GLUE,      /* ours: strict warnings */
    INPUT_INTERFACE, /* ours, for its DWARF only */
};

struct input {
    const char *path;
    const char
        *name; /* relative to the source or the library's folder: for messages and sections */
    enum input_kind kind;
    bool assembler;
    struct loc loc;     /* of the glob that found it */
    const char *object; /* filled in by objects_make; in the object cache */
};

struct input_list {
    struct input *v;
    size_t n, room;
};

struct library_build {
    struct arena arena;
    const struct image_plan *plan;
    struct plan_library *library;
    const struct manifest *manifest;
    bool heap_conversion; /* the compartment has `sharing: heap` */

    const char *source;    /* unpacked source, or NULL */
    const char *generated; /* OUT of the prepare script, or NULL */
    struct input_list inputs;
    struct strings flags[3];    /* by input kind, without file names */
    struct strings directories; /* the include path, for the cache */
};

/* source.c: the unpacked source package of a manifest (from arena), or NULL after a diagnostic. */
const char *source_directory(struct arena *arena, const struct manifest *manifest);

/* prepare.c: runs the prepare script once; the folder it filled, or NULL after a diagnostic. */
const char *prepare_run(struct arena *arena, const struct manifest *manifest, const char *source);

int inputs_find(struct library_build *build);  /* inputs.c */
int command_make(struct library_build *build); /* command.c */
int objects_make(struct library_build *build); /* objects.c */
int combine(struct library_build *build);      /* combine.c */

/* pass.c: path of the compiler plugin, made if needed; "" when there is none, NULL after errors. */
const char *pass_plugin(void);

/* toolchain.c */
const char *toolchain_compiler(void); /* "clang-19" */
const char *toolchain_linker(void);   /* "ld.lld-19" */
const char *toolchain_objcopy(void);  /* "llvm-objcopy-19" */
const char *toolchain_identity(void); /* changes with the compiler; NULL after a diagnostic */
const char *toolchain_include(void);  /* the compiler's own headers; NULL likewise */

/* Folders of the cache, created when first asked for: build/KIND. */
const char *build_directory(const char *kind);

#endif
