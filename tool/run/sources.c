/* SPDX-License-Identifier: BSD-3-Clause */
/* Which library a source file belongs to; see sources.h. */
#include "run/sources.h"

#include "util/vec.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

static void learn(struct sources *sources, struct units *units, const struct labels *labels) {
    VEC(struct source) list = {0};
    for (size_t i = 0; i < units->count; i++) {
        const struct unit_range *range = &units->ranges[i];
        const char *library = labels_in(labels, range->start, range->end);
        Dwarf_Die unit;
        Dwarf_Attribute attribute;
        if (!library || !dwarf_offdie(units->dwarf, range->unit, &unit)) {
            continue;
        }
        const char *path = dwarf_formstring(dwarf_attr(&unit, DW_AT_name, &attribute));
        if (path) {
            struct source source = {path, library};
            vec_push(&list, source);
        }
    }
    sources->list = list.v;
    sources->count = list.n;
    sources->learned = true;
}

/* The library of the known files below a folder; *several when there is more than one. */
static const char *below(const struct sources *sources, const char *folder, size_t length,
                         bool *several) {
    const char *library = NULL;
    for (size_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->list[i];
        if (strncmp(source->path, folder, length) != 0) {
            continue;
        }
        *several |= library && strcmp(library, source->library) != 0;
        library = source->library;
    }
    return library;
}

/* A source package that has the name of a library: `.../lwip-2.1.3/src/core/dns.c`. */
static const char *by_package(const struct labels *labels, const char *path) {
    for (size_t i = 0; i < labels->count; i++) {
        const char *library = labels->list[i].library;
        size_t length = strlen(library);
        for (const char *at = strchr(path, '/'); at; at = strchr(at + 1, '/')) {
            if (!strncmp(at + 1, library, length) && at[1 + length] == '-') {
                return library;
            }
        }
    }
    return NULL;
}

const char *sources_library(struct sources *sources, struct units *units,
                            const struct labels *labels, const char *path) {
    if (!sources->learned) {
        learn(sources, units, labels);
    }
    const char *slash = path ? strrchr(path, '/') : NULL;
    if (!slash) {
        return NULL;
    }
    size_t length = (size_t)(slash - path) + 1;
    bool several = false;
    const char *library = below(sources, path, length, &several);
    if (!library) {
        library = by_package(labels, path);
    }
    for (length--; length > 1 && !library; length--) {
        if (path[length - 1] == '/') {
            library = below(sources, path, length, &several);
        }
    }
    return several ? NULL : library;
}

void sources_free(struct sources *sources) {
    free(sources->list);
    *sources = (struct sources){0};
}
