/* SPDX-License-Identifier: BSD-3-Clause */
/* Loads the libraries of a plan: objects, indices, exports, instances, order of search. */
#include "diag/diag.h"
#include "link/steps.h"

#include <string.h>

struct library *link_library(const struct linker *linker, const char *name) {
    for (size_t i = 0; i < linker->library_count; i++)
        if (strcmp(linker->libraries[i].name, name) == 0)
            return &linker->libraries[i];
    return NULL;
}

struct instance *link_instance(const struct library *library, unsigned domain) {
    if (library->instances[domain])
        return library->instances[domain];
    for (unsigned k = 0; k < DOMAIN_COUNT; k++)
        if (library->instances[k])
            return library->instances[k];
    return NULL;
}

static void collect_exports(struct library *library) {
    const struct object *object = &library->object;
    for (size_t k = 1; k < object->symbol_count; k++) {
        const Elf64_Sym *symbol = &object->symbols[k];
        if (ELF64_ST_BIND(symbol->st_info) != STB_LOCAL && symbol->st_shndx != SHN_UNDEF)
            *map_put(&library->exports, symbol_name(object, k)) = (void *)(uintptr_t)k;
    }
}

static int load_library(struct linker *linker, struct library *library, struct plan_library *plan) {
    library->plan = plan;
    library->name = plan->name;
    library->number = (size_t)(library - linker->libraries);
    library->tcb = plan->manifest->kind == KIND_CORE || plan->manifest->kind == KIND_PLATFORM;
    library->replicated = plan->replicated && linker->isolated;
    if (object_load(&library->object, plan->object) != 0 ||
        index_load(&library->index, &library->object) != 0)
        return -1;
    if (plan->iface_object && (object_load(&library->iface_object, plan->iface_object) != 0 ||
                               index_load(&library->iface_index, &library->iface_object) != 0))
        return -1;
    size_t symbols = library->object.symbol_count, sections = library->object.section_count;
    library->bindings = arena_alloc(&linker->arena, symbols * sizeof *library->bindings);
    library->final_names = arena_alloc(&linker->arena, symbols * sizeof *library->final_names);
    library->stateful = arena_alloc(&linker->arena, sections * sizeof *library->stateful);
    library->stateful_via = arena_alloc(&linker->arena, sections * sizeof *library->stateful_via);
    library->shared = arena_alloc(&linker->arena, sections * sizeof *library->shared);
    collect_exports(library);
    return 0;
}

static void add_to_closure(struct library *library, struct library *other) {
    if (other == library)
        return;
    for (size_t i = 0; i < library->closure_count; i++)
        if (library->closure[i] == other)
            return;
    library->closure[library->closure_count++] = other;
}

/* The order of search: direct needs, then theirs, breadth first, then the TCB; the TCB sees all. */
static void make_closure(struct linker *linker, struct library *library) {
    library->closure =
        arena_alloc(&linker->arena, linker->library_count * sizeof *library->closure);
    const struct library *from = library;
    for (size_t next = 0;; from = library->closure[next++]) {
        for (size_t i = 0; i < from->plan->need_count; i++) {
            struct library *other = link_library(linker, from->plan->needs[i]->name);
            if (other)
                add_to_closure(library, other);
        }
        if (from == library)
            library->direct_count = library->closure_count;
        if (next == library->closure_count)
            break;
    }
    for (size_t i = 0; i < linker->library_count; i++)
        if (linker->libraries[i].tcb || library->tcb)
            add_to_closure(library, &linker->libraries[i]);
}

static void make_instances(struct linker *linker) {
    size_t most = linker->library_count * DOMAIN_COUNT;
    linker->instances = arena_alloc(&linker->arena, most * sizeof(struct instance *));
    for (size_t i = 0; i < linker->library_count; i++) {
        struct library *library = &linker->libraries[i];
        uint32_t domains = linker->isolated ? library->plan->compartments : 2;
        if (linker->isolated && !library->replicated)
            domains = 1U << library->plan->compartment;
        for (unsigned k = 0; k < DOMAIN_COUNT; k++) {
            if (!(domains & 1U << k))
                continue;
            struct instance *instance = ARENA_NEW(linker, struct instance);
            instance->library = library;
            instance->domain = k;
            instance->number = linker->instance_count;
            instance->live = arena_alloc(&linker->arena, library->object.section_count);
            instance->readers = arena_alloc(&linker->arena, library->object.section_count *
                                                                sizeof *instance->readers);
            instance->path = library->plan->object;
            library->instances[k] = instance;
            linker->instances[linker->instance_count++] = instance;
        }
    }
}

int link_load(struct linker *linker) {
    linker->library_count = linker->plan->lib_count;
    linker->libraries =
        arena_alloc(&linker->arena, linker->library_count * sizeof *linker->libraries);
    for (size_t i = 0; i < linker->library_count; i++)
        if (load_library(linker, &linker->libraries[i], &linker->plan->lib[i]) != 0)
            return -1;
    for (size_t i = 0; i < linker->library_count; i++)
        make_closure(linker, &linker->libraries[i]);
    make_instances(linker);
    return 0;
}
