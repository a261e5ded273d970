/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The compiler plugin of pass/: built once for each content of its sources, into
 * build/pass/flexos-pass-HASH.so, so that objects made with another version are never taken for
 * current ones (the path is one of the flags that the cache knows).
 */
#include "build/library.h"

#include <string.h>
#include <unistd.h>

#include "util/file.h"
#include "util/process.h"
#include "util/progress.h"
#include "util/root.h"

static int find_sources(struct strings *sources, char hex[HASH_HEX]) {
    struct strings headers = {0};
    struct hash hash;
    char *folder = flexos_path("pass");
    int error = 0;
    file_glob(folder, "*.cpp", sources);
    file_glob(folder, "*.h", &headers);
    hash_init(&hash);
    hash_add_string(&hash, toolchain_identity() != NULL ? toolchain_identity() : "");
    for (size_t i = 0; i < sources->n && error == 0; i++) {
        error = hash_add_file(&hash, sources->v[i]);
    }
    for (size_t i = 0; i < headers.n && error == 0; i++) {
        error = hash_add_file(&hash, headers.v[i]);
        free((char *)headers.v[i]);
    }
    hash_hex(&hash, hex);
    vec_free(&headers);
    free(folder);
    return error;
}

static int compile(const struct strings *sources, const char *target) {
    char *temporary = xasprintf("%s.%d", target, (int)getpid());
    struct strings argv = {0};
    /* llvm-config prints several flags in one line: the shell takes them apart. */
    static const char script[] = "out=$1; shift; exec clang++-19 -O2 -fPIC -shared "
                                 "$(llvm-config-19 --cxxflags) -o \"$out\" \"$@\"";
    vec_push(&argv, "sh");
    vec_push(&argv, "-c");
    vec_push(&argv, script);
    vec_push(&argv, "sh");
    vec_push(&argv, temporary);
    for (size_t i = 0; i < sources->n; i++) {
        vec_push(&argv, sources->v[i]);
    }
    vec_push(&argv, NULL);
    struct process process = {.argv = argv.v};
    progress(0, 0, "compiling the compiler plugin");
    int error = process_run(&process);
    int result = error == 0 && process.status == 0 && rename(temporary, target) == 0 ? 0 : -1;
    if (result != 0) {
        diag_error(LOC_FILE("pass"),
                   "the compiler plugin cannot be built: %s; it needs clang-19 and "
                   "llvm-19-dev and libclang-19-dev, which setup/setup installs",
                   error != 0 ? strerror(-error) : process.err);
    }
    process_free(&process);
    vec_free(&argv);
    free(temporary);
    return result;
}

const char *pass_plugin(void) {
    static const char *plugin;
    struct strings sources = {0};
    char hex[HASH_HEX];
    if (plugin != NULL) {
        return plugin;
    }
    int error = find_sources(&sources, hex);
    if (error != 0) {
        diag_error(LOC_FILE("pass"), "the sources of the compiler plugin cannot be read: %s",
                   strerror(-error));
        return NULL;
    }
    if (sources.n == 0) {
        plugin = "";
    } else {
        char *path = xasprintf("%s/flexos-pass-%.16s.so", build_directory("pass"), hex);
        plugin = file_exists(path) || compile(&sources, path) == 0 ? path : NULL;
    }
    return plugin;
}
