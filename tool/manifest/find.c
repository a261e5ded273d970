/* SPDX-License-Identifier: BSD-3-Clause */
/* Where libraries are found. */
#include <stdlib.h>
#include <string.h>

#include "manifest/manifest.h"
#include "util/file.h"
#include "util/root.h"
#include "util/str.h"
#include "yaml/tree.h"

/* Folders of the checkout with the libraries' folders in them; %s is the name. */
static const char *const places[] = {
    "libs/%s",       "apps/%s",
    "mechanisms/%s", "mechanisms/%s/target",
    "platforms/%s",  "platforms/%s/target",
};
enum { PLACES = sizeof places / sizeof *places };

/* DIRECTORY/lib.yaml when there is one, else NULL; the caller's to free. */
static char *manifest_in(const char *directory) {
    char *path = path_join(directory, "lib.yaml");
    if (!file_exists(path)) {
        free(path);
        path = NULL;
    }
    return path;
}

static char *in_place(const char *place, const char *name) {
    const char *hole = strstr(place, "%s");
    char *relative = xasprintf("%.*s%s%s", (int)(hole - place), place, name, hole + 2);
    char *directory = flexos_path(relative);
    char *path = manifest_in(directory);
    free(relative);
    free(directory);
    return path;
}

/* The name that a manifest gives itself, without checking the rest; from the arena, or NULL. */
static const char *own_name(struct arena *arena, const char *path) {
    char *text;
    size_t size;
    const char *name = NULL;
    if (file_read(path, YAML_MAX_BYTES, &text, &size) != 0) {
        return NULL;
    }
    for (char *line = text; line != NULL && name == NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (str_starts(line, "name:")) {
            line += 5 + strspn(line + 5, " \"'");
            name = arena_strndup(arena, line, strcspn(line, " \"'#\r\n"));
        }
    }
    free(text);
    return name;
}

/* FLEXOS_LIBS names a folder whose libraries go before all others: variants of libraries, for
 * tests. */
static char *in_variants(const char *name) {
    const char *variants = getenv("FLEXOS_LIBS");
    if (variants == NULL || *variants == '\0') {
        return NULL;
    }
    char *directory = path_join(variants, name);
    char *path = manifest_in(directory);
    free(directory);
    return path;
}

char *manifest_find(const char *name, const char *directory) {
    char *path = in_variants(name);
    for (size_t i = 0; i < PLACES && path == NULL; i++) {
        path = in_place(places[i], name);
    }
    if (path == NULL && strcmp(name, "core") == 0) {
        char *core = flexos_path("core");
        path = manifest_in(core);
        free(core);
    }
    if (path == NULL && directory != NULL) {
        char *beside = path_join(directory, name);
        path = manifest_in(beside);
        free(beside);
        if (path == NULL && (path = manifest_in(directory)) != NULL) {
            struct arena arena = {0};
            const char *own = own_name(&arena, path);
            if (own == NULL || strcmp(own, name) != 0) {
                free(path);
                path = NULL;
            }
            arena_free(&arena);
        }
    }
    return path;
}

static bool exists(const char *name, const char *directory) {
    char *path = manifest_find(name, directory);
    free(path);
    return path != NULL;
}

const char *manifest_name_of(struct arena *arena, const char *name, const char *directory) {
    bool prefixed = str_starts(name, "lib") && name[3] != '\0';
    if (exists(name, directory)) {
        return name;
    }
    if (!prefixed) {
        const char *with = arena_printf(arena, "lib%s", name);
        return exists(with, directory) ? with : name;
    }
    return name + 3;
}

static void names_below(const char *directory, struct strings *names) {
    struct strings found = {0};
    if (file_list(directory, &found) == 0) {
        for (size_t i = 0; i < found.n; i++) {
            char *folder = path_join(directory, found.v[i]);
            char *path = manifest_in(folder);
            if (path != NULL) {
                vec_push(names, found.v[i]);
            } else {
                free((char *)found.v[i]);
            }
            free(path);
            free(folder);
        }
    }
    vec_free(&found);
}

void manifest_names(const char *directory, struct strings *names) {
    char *libs = flexos_path("libs"), *apps = flexos_path("apps");
    names_below(libs, names);
    names_below(apps, names);
    if (directory != NULL) {
        names_below(directory, names);
        char *own = manifest_in(directory);
        struct arena arena = {0};
        const char *name = own != NULL ? own_name(&arena, own) : NULL;
        if (name != NULL) {
            vec_push(names, xstrdup(name));
        }
        arena_free(&arena);
        free(own);
    }
    free(libs);
    free(apps);
}
