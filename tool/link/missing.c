/* SPDX-License-Identifier: BSD-3-Clause */
/* Diagnostics of symbols that nobody provides: see missing.h. */
#include "link/missing.h"

#include "diag/diag.h"
#include "link/steps.h"
#include "util/str.h"

#include <string.h>

static const char *near_export(const struct library *library, const char *name) {
    struct strings names = {0};
    for (size_t i = 0; i < library->exports.n; i++)
        if (!str_starts(library->exports.entries[i].key, "flexos$"))
            vec_push(&names, library->exports.entries[i].key);
    const char *near = diag_nearest(name, names.v, names.n);
    vec_free(&names);
    return near;
}

/* A library of the image that exports NAME, or (hidden) that has it without exporting it. */
static const struct library *owner(const struct linker *linker, const char *name, bool *hidden) {
    for (size_t i = 0; i < linker->library_count; i++)
        if (map_get(&linker->libraries[i].exports, name)) {
            *hidden = false;
            return &linker->libraries[i];
        }
    *hidden = true;
    for (size_t i = 0; i < linker->library_count; i++) {
        const struct object *object = &linker->libraries[i].object;
        for (size_t k = 0; k < object->function_count; k++)
            if (strcmp(symbol_name(object, object->functions[k]), name) == 0)
                return &linker->libraries[i];
    }
    return NULL;
}

static const char *gate_remedy(struct linker *linker, const char *name,
                               const struct library *provider) {
    const char *function = strchr(name + 7, '$');
    const char *library =
        arena_strndup(&linker->arena, name + 7, function ? (size_t)(function - name - 7) : 0);
    function = function ? function + 1 : "";
    if (!provider) {
        struct strings names = {0};
        for (size_t i = 0; i < linker->library_count; i++)
            vec_push(&names, linker->libraries[i].name);
        const char *near =
            diag_nearest(str_starts(library, "lib") ? library + 3 : library, names.v, names.n);
        vec_free(&names);
        return arena_printf(
            &linker->arena,
            "calls %s through a gate to library %s, which is not part of the image; "
            "add it to `needs`, or name the library that exports %s%s%s%s",
            function, library, function, near ? "; did you mean '" : "", near ? near : "",
            near ? "'?" : "");
    }
    const char *near = near_export(provider, function);
    bool hidden;
    const struct library *other = owner(linker, function, &hidden);
    return arena_printf(
        &linker->arena,
        "calls %s through a gate to library %s, which does not export it%s%s; %s%s%s", function,
        provider->name, other && !hidden ? "; it is exported by " : "",
        other && !hidden ? other->name : "",
        near ? "did you mean '" : "name the library that does, or add it to `exports`",
        near ? near : "", near ? "'?" : "");
}

void link_missing(struct linker *linker, const struct instance *instance, uint32_t section,
                  uint64_t offset, const char *name, const struct library *provider) {
    const struct library *library = instance->library;
    void **slot =
        map_put(&linker->complained, arena_printf(&linker->arena, "%s\t%s", library->name, name));
    if (*slot)
        return;
    *slot = linker;
    if (str_starts(name, "flexos$")) {
        link_error(linker, instance, section, offset, "%s", gate_remedy(linker, name, provider));
        return;
    }
    bool hidden = false;
    const struct library *other = owner(linker, name, &hidden);
    if (other && hidden)
        link_error(linker, instance, section, offset,
                   "library %s uses %s, which library %s has but does not export; add it to "
                   "`exports` in %s",
                   library->name, name, other->name, other->plan->manifest->path);
    else if (other)
        link_error(linker, instance, section, offset,
                   "library %s uses %s, which library %s exports, but %s does not need %s; add it "
                   "to `needs` in %s",
                   library->name, name, other->name, library->name, other->name,
                   library->plan->manifest->path);
    else
        link_error(
            linker, instance, section, offset,
            "library %s uses %s, which no library of the image defines; add the library that "
            "does to `needs` in %s, or, where a call may fail, list it under `enosys`",
            library->name, name, library->plan->manifest->path);
}
