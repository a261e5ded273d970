/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which sections of which instances the image needs, by the rules of --gc-sections. The link step
 * must know before the linker does: only live code gets gates and thunks, and only its missing
 * symbols are errors. Sections that are dead here are discarded by name in an isolated image, so a
 * difference between the two views is a link error and never a plain call across a boundary.
 */
#include "link/steps.h"
#include "util/file.h"
#include "util/root.h"
#include "util/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct place {
    struct instance *instance;
    uint32_t section;
};

struct marker {
    struct linker *linker;
    VEC(struct place) queue;
};

static void mark(struct marker *marker, struct instance *instance, uint32_t section) {
    if (!instance || !section || instance->live[section])
        return;
    instance->live[section] = true;
    vec_push(&marker->queue, (struct place){instance, section});
}

static void mark_name(struct marker *marker, struct library *library, const char *name) {
    uint32_t symbol = (uint32_t)(uintptr_t)map_get(&library->exports, name);
    for (unsigned k = 0; symbol && k < DOMAIN_COUNT; k++)
        mark(marker, library->instances[k], (uint32_t)symbol_section(&library->object, symbol));
}

bool section_is_set(const struct section *section) {
    const char *name = section->name;
    if (!section_is_alloc(section) || section_is_code(section) || strcmp(name, "COMMON") == 0 ||
        (!isalpha((unsigned char)*name) && *name != '_'))
        return false;
    while (*++name)
        if (!isalnum((unsigned char)*name) && *name != '_')
            return false;
    return true;
}

static bool is_root_section(const struct section *section) {
    if (!section_is_alloc(section))
        return false;
    switch (section->header->sh_type) {
    case SHT_INIT_ARRAY:
    case SHT_FINI_ARRAY:
    case SHT_PREINIT_ARRAY:
        return true;
    default:
        return (section->header->sh_flags & 0x200000) || /* SHF_GNU_RETAIN */
               str_starts(section->name, ".init_array") ||
               str_starts(section->name, ".fini_array") || str_starts(section->name, ".ctors") ||
               section_is_set(section);
    }
}

static void mark_roots(struct marker *marker) {
    struct linker *linker = marker->linker;
    for (size_t i = 0; i < linker->library_count; i++)
        if (linker->libraries[i].tcb || i == 0)
            mark_name(marker, &linker->libraries[i], "_start");
    for (size_t i = 0; i < linker->instance_count; i++) {
        struct instance *instance = linker->instances[i];
        for (uint32_t k = 1; k < instance->library->object.section_count; k++)
            if (is_root_section(&instance->library->object.sections[k]))
                mark(marker, instance, k);
    }
}

/* Marks the definitions whose names a text of the mechanism contains as words. */
static void mark_words(struct marker *marker, char *text) {
    struct linker *linker = marker->linker;
    for (char *p = text; *p;) {
        if (!isalpha((unsigned char)*p) && *p != '_') {
            p++;
            continue;
        }
        char *end = p;
        while (isalnum((unsigned char)*end) || *end == '_')
            end++;
        char after = *end;
        *end = 0;
        for (size_t i = 0; str_starts(p, "flexos_") && i < linker->library_count; i++)
            if (linker->libraries[i].tcb || linker->libraries[i].replicated)
                mark_name(marker, &linker->libraries[i], p);
        *end = after;
        p = end;
    }
}

/* What the macros of gates.S call or read is live, although no library refers to it. */
static void mark_mechanism(struct marker *marker) {
    char *folder = flexos_path("mechanisms/intel-mpk/target/x86_64");
    struct strings paths = {0};
    file_glob(folder, "*.inc", &paths);
    for (size_t i = 0; i < paths.n; i++) {
        char *text;
        size_t size;
        if (file_read(paths.v[i], 0, &text, &size) == 0) {
            mark_words(marker, text);
            free(text);
        }
        free((char *)paths.v[i]);
    }
    vec_free(&paths);
    free(folder);
}

static void follow(struct marker *marker, struct place place) {
    const struct library *library = place.instance->library;
    const struct section *section = &library->object.sections[place.section];
    if (!section_refers(section))
        return;
    for (size_t i = 0; i < section->relocation_count; i++) {
        struct reference r = link_reference(library, place.section, &section->relocations[i]);
        if (r.library && r.section) {
            struct instance *target = r.library == library
                                          ? place.instance
                                          : link_instance(r.library, place.instance->domain);
            mark(marker, target, r.section);
        } else if (r.binding && r.binding->kind == BINDING_STUB) {
            for (size_t k = 0; k < marker->linker->library_count; k++)
                if (marker->linker->libraries[k].tcb)
                    mark_name(marker, &marker->linker->libraries[k], "flexos_console_write");
        }
    }
}

int link_mark_live(struct linker *linker) {
    struct marker marker = {.linker = linker};
    mark_roots(&marker);
    if (linker->isolated)
        mark_mechanism(&marker);
    for (size_t i = 0; i < marker.queue.n; i++)
        follow(&marker, marker.queue.v[i]);
    vec_free(&marker.queue);
    return 0;
}
