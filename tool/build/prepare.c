/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The `prepare` script of a manifest: a program of the library's folder that generates headers. It
 * runs with SRC (the unpacked source), OUT (an empty folder) and LIB (its own folder) in its
 * environment, once for each content of the folder's files (but lib.yaml) and each source version.
 * OUT is moved into place when the script has succeeded.
 */
#include "build/library.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"
#include "util/process.h"
#include "util/progress.h"

/* A name for what the script makes: the files beside it and the source that it reads. */
static int identity(const struct manifest *manifest, const char *source, char hex[HASH_HEX]) {
    struct hash hash;
    struct strings names = {0};
    hash_init(&hash);
    hash_add_string(&hash, source != NULL ? source : "");
    hash_add_string(&hash, manifest->prepare.text);
    int error = file_list(manifest->directory, &names);
    for (size_t i = 0; i < names.n; i++) {
        char *path = path_join(manifest->directory, names.v[i]);
        if (!file_is_directory(path) && strcmp(names.v[i], "lib.yaml") != 0) {
            hash_add_string(&hash, names.v[i]);
            error = error != 0 ? error : hash_add_file(&hash, path);
        }
        free(path);
        free((char *)names.v[i]);
    }
    vec_free(&names);
    hash_hex(&hash, hex);
    return error;
}

static int run_script(const struct manifest *manifest, const char *source, const char *out) {
    char *script = path_join(manifest->directory, manifest->prepare.text);
    char *absolute = realpath(script, NULL);
    char *folder = realpath(manifest->directory, NULL);
    char *src = xasprintf("SRC=%s", source != NULL ? source : "");
    char *dst = xasprintf("OUT=%s", out);
    char *lib = xasprintf("LIB=%s", folder != NULL ? folder : "");
    const char *argv[] = {absolute != NULL ? absolute : script, NULL};
    const char *env[] = {src, dst, lib, NULL};
    struct process process = {.argv = argv, .directory = out, .env = env};
    int error = process_run(&process);
    int result = error == 0 && process.status == 0 ? 0 : -1;
    if (error != 0) {
        diag_error(manifest->prepare.loc,
                   "the prepare script %s cannot be run: %s; it must be an executable file", script,
                   strerror(-error));
    } else if (result != 0) {
        diag_error(manifest->prepare.loc, "the prepare script %s ended with status %d:\n%s%s",
                   script, process.status, process.out, process.err);
    }
    process_free(&process);
    free(script);
    free(absolute);
    free(folder);
    free(src);
    free(dst);
    free(lib);
    return result;
}

const char *prepare_run(struct arena *arena, const struct manifest *manifest, const char *source) {
    char hex[HASH_HEX];
    int error = identity(manifest, source, hex);
    if (error != 0) {
        diag_error(manifest->prepare.loc, "the library's folder cannot be read: %s",
                   strerror(-error));
        return NULL;
    }
    const char *generated = build_directory("gen");
    char *target = arena_printf(arena, "%s/%s-%.16s", generated, manifest->name.text, hex);
    if (file_is_directory(target)) {
        return target;
    }
    char *out = arena_printf(arena, "%s.%d", target, (int)getpid());
    progress(0, 0, "%s: preparing headers", manifest->name.text);
    if (file_make_directories(out) != 0 || run_script(manifest, source, out) != 0) {
        return NULL;
    }
    if (rename(out, target) != 0 && !file_is_directory(target)) {
        diag_error(LOC_FILE(target), "the prepared headers cannot be moved here: %m");
        return NULL;
    }
    return target;
}
