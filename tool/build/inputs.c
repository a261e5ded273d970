/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which files a library is made of: the globs of its manifest, expanded.
 *
 * Code for an architecture replaces the portable file of the same name, as in musl and in this
 * project: of DIR/NAME.c and DIR/x86_64/NAME.s only the second is compiled. A glob that finds
 * nothing is an error, and so is a file that is no C or assembler source.
 */
#include "build/library.h"

#include <string.h>

#include "util/file.h"
#include "util/map.h"
#include "util/str.h"

static const char architecture[] = "/x86_64/";

static const char *extension(const char *path) {
    const char *dot = strrchr(path_base(path), '.');
    return dot != NULL ? dot : "";
}

/* The name without extension and without the architecture's folder: what replaces what. */
static char *portable_name(struct arena *arena, const char *name) {
    size_t length = strlen(name) - strlen(extension(name));
    const char *folder = strstr(name, architecture);
    if (folder == NULL) {
        return arena_strndup(arena, name, length);
    }
    const char *rest = folder + sizeof architecture - 1;
    return arena_printf(arena, "%.*s/%.*s", (int)(folder - name), name,
                        (int)(length - (size_t)(rest - name)), rest);
}

static bool excluded(const struct manifest *manifest, const char *name) {
    for (size_t i = 0; i < manifest->exclude.n; i++) {
        if (str_glob(manifest->exclude.v[i].text, name)) {
            return true;
        }
    }
    return false;
}

static int add(struct library_build *build, const char *base, const char *path,
               enum input_kind kind, struct loc loc) {
    const char *name = path + (str_starts(path, base) ? strlen(base) + 1 : 0);
    const char *ext = extension(path);
    bool c = strcmp(ext, ".c") == 0;
    bool assembler = strcmp(ext, ".S") == 0 || strcmp(ext, ".s") == 0;
    if (kind == INPUT_SOURCE && excluded(build->manifest, name)) {
        return 0;
    }
    if (!c && !assembler) {
        diag_error(loc, "'%s' is no source file; a name that ends in .c, .S or .s was expected",
                   name);
        return -1;
    }
    vec_push(&build->inputs, (struct input){
                                 .path = arena_strdup(&build->arena, path),
                                 .name = arena_strdup(&build->arena, name),
                                 .kind = kind,
                                 .assembler = assembler,
                                 .loc = loc,
                             });
    return 0;
}

static int expand(struct library_build *build, const char *base, const struct text *glob,
                  enum input_kind kind) {
    struct strings paths = {0};
    int result = file_glob(base, glob->text, &paths) != 0 || paths.n == 0 ? -1 : 0;
    if (result != 0) {
        diag_error(glob->loc, "'%s' matches no file in %s; a source file was expected", glob->text,
                   base);
    }
    for (size_t i = 0; i < paths.n; i++) {
        if (result == 0) {
            result = add(build, base, paths.v[i], kind, glob->loc);
        }
        free((char *)paths.v[i]);
    }
    vec_free(&paths);
    return result;
}

static int expand_all(struct library_build *build, const char *base, const struct texts *globs,
                      enum input_kind kind) {
    for (size_t i = 0; i < globs->n; i++) {
        if (expand(build, base, &globs->v[i], kind) != 0) {
            return -1;
        }
    }
    return 0;
}

/* Drops what architecture code replaces, and files that two globs found. */
static void replace(struct library_build *build) {
    struct map chosen = {0}, seen = {0};
    size_t kept = 0;
    for (size_t i = 0; i < build->inputs.n; i++) {
        const struct input *input = &build->inputs.v[i];
        if (strstr(input->name, architecture) != NULL) {
            *map_put(&chosen, portable_name(&build->arena, input->name)) = (void *)input->name;
        }
    }
    for (size_t i = 0; i < build->inputs.n; i++) {
        struct input *input = &build->inputs.v[i];
        const char *by = map_get(&chosen, portable_name(&build->arena, input->name));
        bool replaced = by != NULL && strstr(input->name, architecture) == NULL;
        void **again = map_put(&seen, input->path);
        if (!replaced && *again == NULL) {
            build->inputs.v[kept++] = *input;
        }
        *again = (void *)input->path;
    }
    build->inputs.n = kept;
    map_free(&chosen);
    map_free(&seen);
}

int inputs_find(struct library_build *build) {
    const struct manifest *manifest = build->manifest;
    const char *directory = manifest->directory;
    if (manifest->files.n > 0 && build->source == NULL) {
        diag_error(manifest->files.loc,
                   "'files' without a source package; sources of the library's own folder stand "
                   "under 'glue'");
        return -1;
    }
    if (expand_all(build, build->source, &manifest->files, INPUT_SOURCE) != 0 ||
        expand_all(build, directory, &manifest->glue, INPUT_GLUE) != 0 ||
        expand_all(build, directory, &manifest->interface, INPUT_INTERFACE) != 0) {
        return -1;
    }
    replace(build);
    return 0;
}
