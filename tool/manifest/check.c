/* SPDX-License-Identifier: BSD-3-Clause */
#include "manifest/check.h"

#include <string.h>

#include "util/str.h"

bool manifest_key_is_set(const char *key) {
    return strcmp(key, "flags") != 0 && strcmp(key, "glue-flags") != 0;
}

static bool conflict(struct loc loc, const char *key, const char *why) {
    DIAG(loc, MANIFEST_CONFLICT, NULL, key, why);
    return false;
}

/* Paths stay inside the folder or the source: relative, and no component is `..`. */
static bool check_path(const struct text *path, const char *key) {
    const char *p = path->text;
    bool inside = *p != '/' && *p != '\0' && strcmp(p, "..") != 0 && !str_starts(p, "../") &&
                  strstr(p, "/../") == NULL && !str_ends(p, "/..");
    if (!inside) {
        DIAG(path->loc, MANIFEST_PATH, NULL, p, key);
    }
    return inside;
}

static bool check_paths(const struct texts *paths, const char *key) {
    bool good = true;
    for (size_t i = 0; i < paths->n; i++) {
        bool of_library = strcmp(key, "include") == 0 && paths->v[i].text[0] == '=';
        good = (of_library || check_path(&paths->v[i], key)) && good;
    }
    return good;
}

static bool check_source(const struct manifest *m) {
    bool good = true;
    const struct text *pin = &m->source.orig_sha256;
    if (pin->text != NULL &&
        (strlen(pin->text) != 64 || strspn(pin->text, "0123456789abcdef") != 64)) {
        DIAG(pin->loc, MANIFEST_SHA256, NULL, pin->text);
        good = false;
    }
    if (m->files.present && m->source.package.text == NULL) {
        DIAG(m->files.loc, MANIFEST_FILES, NULL);
        good = false;
    }
    if (m->files.n == 0 && m->glue.n == 0) {
        DIAG(m->name.loc, MANIFEST_EMPTY, NULL, m->name.text);
        good = false;
    }
    return good;
}

static bool check_conflicts(const struct manifest *m, const struct node *root) {
    bool good = true;
    if (m->replicate && m->kind != KIND_LIBRARY) {
        good = conflict(node_find(root, "replicate")->value->loc, "replicate",
                        "in a manifest whose kind is not library");
    }
    if (m->replicate && m->errno_carried) {
        good = conflict(node_find(root, "errno")->value->loc, "errno",
                        "beside `replicate: true`, which leaves no gate to carry it");
    }
    if (m->exclude.present && !m->files.present) {
        good = conflict(m->exclude.loc, "exclude",
                        "without `files`, from which it could take something");
    }
    if (m->glue_flags.present && !m->glue.present) {
        good =
            conflict(m->glue_flags.loc, "glue-flags", "without `glue`, to which they would apply");
    }
    for (size_t i = 0; i < m->needs.n; i++) {
        if (strcmp(m->needs.v[i].text, m->name.text) == 0) {
            good = conflict(m->needs.v[i].loc, "needs", "names the library itself");
        }
    }
    return good;
}

bool manifest_check(const struct manifest *m, const struct node *root) {
    bool good = check_source(m);
    good = check_conflicts(m, root) && good;
    if (m->kind == KIND_CORE || m->kind == KIND_PLATFORM) {
        return good; /* the TCB's parts know each other's headers */
    }
    good = check_paths(&m->files, "files") && good;
    good = check_paths(&m->exclude, "exclude") && good;
    good = check_paths(&m->glue, "glue") && good;
    good = check_paths(&m->include, "include") && good;
    good = check_paths(&m->headers, "headers") && good;
    good = check_paths(&m->interface, "interface") && good;
    return (m->prepare.text == NULL || check_path(&m->prepare, "prepare")) && good;
}
