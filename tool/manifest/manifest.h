/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A library's manifest, lib.yaml: all keys of docs/manifests.md, each with its place. manifest_load
 * checks one file on its own; globs are not expanded and needs are not followed here.
 */
#ifndef FLEXOS_TOOL_MANIFEST_H
#define FLEXOS_TOOL_MANIFEST_H

#include "diag/diag.h"
#include "util/vec.h"

#include <stdbool.h>
#include <stddef.h>

enum manifest_kind { KIND_APP, KIND_LIBRARY, KIND_CORE, KIND_PLATFORM };
enum manifest_pass { PASS_ANNOTATED, PASS_AUTO, PASS_NONE };

struct text { /* text NULL: the key is not there */
    const char *text;
    struct loc loc;
};

struct texts {
    struct text *v;
    size_t n;
    struct loc loc; /* of the key's value */
    bool present;   /* the key was given, perhaps with an empty list */
};

struct manifest_export {
    const char *name;   /* the name others use; may be a glob when symbol is NULL */
    const char *symbol; /* the library's own name for it when it differs, else NULL */
    struct loc loc;
};

struct manifest {
    struct arena arena;
    const char *path;      /* of lib.yaml */
    const char *directory; /* its folder */

    struct text name;
    enum manifest_kind kind;
    struct loc kind_loc;
    struct {
        struct text package, version, orig_sha256; /* package.text NULL: no source package */
        struct loc loc;
    } source;
    struct texts files, exclude, glue, include, headers, flags, glue_flags;
    struct text prepare;
    struct manifest_export *exports;
    size_t export_count;
    bool exports_present; /* false: all global symbols */
    struct texts needs, uses, shares;
    bool replicate;
    bool errno_carried; /* key `errno` */
    struct texts interface, enosys, stateless_never, stateless_always, no_thunk;
    bool constants_private;
    enum manifest_pass pass;
    struct texts sharing_heap;
};

/* Reads FOLDER/lib.yaml; NULL after diagnostics. Freed by manifest_free. */
struct manifest *manifest_load(const char *path);
void manifest_free(struct manifest *manifest);

/*
 * The path of the manifest of library NAME (no lib prefix): libs/NAME, apps/NAME, DIRECTORY/NAME,
 * or DIRECTORY itself when its lib.yaml has that name. NULL when there is none; the caller's to
 * free.
 */
char *manifest_find(const char *name, const char *directory);

/*
 * The name of the library that is meant by NAME as a user writes it: NAME itself when it exists,
 * else without or with the prefix `lib`. When none exists: without it.
 */
const char *manifest_name_of(struct arena *arena, const char *name, const char *directory);

/* Appends the names (allocated) of all libraries that manifest_find would find. */
void manifest_names(const char *directory, struct strings *names);

const char *manifest_kind_name(enum manifest_kind kind);

#endif
