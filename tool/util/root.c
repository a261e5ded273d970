/* SPDX-License-Identifier: BSD-3-Clause */
#include "util/root.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/file.h"
#include "util/mem.h"

static char *root, *build;

/* Without FLEXOS_ROOT: the nearest folder above the executable that holds the launcher. */
static char *find_root(void) {
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n > 0) {
        exe[n] = '\0';
        char *directory = path_directory(exe);
        while (directory[1] != '\0') {
            char *marker = path_join(directory, "tool/main.c");
            bool found = file_exists(marker);
            free(marker);
            if (found) {
                return directory;
            }
            char *up = path_directory(directory);
            free(directory);
            directory = up;
        }
        free(directory);
    }
    fputs(
        "flexos: the checkout that this tool belongs to was not found; start it as ./flexos in the "
        "checkout, or set FLEXOS_ROOT\n",
        stderr);
    exit(1);
}

const char *flexos_root(void) {
    if (root == NULL) {
        const char *set = getenv("FLEXOS_ROOT");
        root = set != NULL && *set != '\0' ? realpath(set, NULL) : NULL;
        if (root == NULL) {
            root = find_root();
        }
    }
    return root;
}

const char *flexos_build(void) {
    if (build == NULL) {
        const char *set = getenv("FLEXOS_BUILD");
        build = set != NULL && *set != '\0' ? xstrdup(set) : path_join(flexos_root(), "build");
    }
    return build;
}

char *flexos_path(const char *relative) {
    return path_join(flexos_root(), relative);
}
