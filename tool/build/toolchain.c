/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The compiler that images are made with, asked once for its version and its headers. Image code is
 * always compiled by clang 19: the pass plugin and the annotations in DWARF need it.
 */
#include "build/library.h"

#include <string.h>
#include <sys/stat.h>

#include "util/file.h"
#include "util/process.h"
#include "util/root.h"

const char *toolchain_compiler(void) {
    return "clang-19";
}

const char *toolchain_linker(void) {
    return "ld.lld-19";
}

const char *toolchain_objcopy(void) {
    return "llvm-objcopy-19";
}

/* First line of what the compiler prints, or NULL after a diagnostic. */
static char *ask(const char *option) {
    const char *argv[] = {toolchain_compiler(), option, NULL};
    struct process process = {.argv = argv};
    int error = process_run(&process);
    if (error != 0 || process.status != 0) {
        diag_error(LOC_NONE, "the compiler %s cannot be run: %s; run setup/setup to install it",
                   toolchain_compiler(), error != 0 ? strerror(-error) : process.err);
        process_free(&process);
        return NULL;
    }
    process.out[strcspn(process.out, "\n")] = '\0';
    char *line = xstrdup(process.out);
    process_free(&process);
    return line;
}

/*
 * The version costs a run of the compiler (about 30 ms); the file's own identity (resolved path,
 * size, time) changes with each update of the package and is as good.
 */
const char *toolchain_identity(void) {
    static char *identity;
    if (identity == NULL) {
        const char *path = "/usr/bin/clang-19";
        struct stat st;
        if (stat(path, &st) == 0) {
            identity = xasprintf("%s %lld %lld", path, (long long)st.st_size,
                                 (long long)st.st_mtim.tv_sec);
        } else {
            identity = ask("--version");
        }
    }
    return identity;
}

const char *toolchain_include(void) {
    static char *include;
    if (include == NULL) {
        const char *usual = "/usr/lib/llvm-19/lib/clang/19/include";
        if (file_is_directory(usual)) {
            include = xstrdup(usual);
        } else {
            char *resource = ask("-print-resource-dir");
            include = resource != NULL ? path_join(resource, "include") : NULL;
            free(resource);
        }
    }
    return include;
}

const char *build_directory(const char *kind) {
    char *path = path_join(flexos_build(), kind);
    int error = file_make_directories(path);
    if (error != 0) {
        diag_error(LOC_FILE(path), "the folder cannot be created: %s; check the permissions",
                   strerror(-error));
    }
    return path;
}
