/* SPDX-License-Identifier: BSD-3-Clause */
/* plan_make: loads manifests, follows needs, and gives each library its compartment. */
#include "config/plan.h"

#include <stdlib.h>
#include <string.h>

#include "util/map.h"

struct planner {
    struct image_plan *plan;
    struct map by_name; /* -> struct plan_library * */
    VEC(struct plan_library *) order;
    bool good;
};

static bool is_tcb(const struct plan_library *library) {
    return library->manifest->kind == KIND_CORE || library->manifest->kind == KIND_PLATFORM;
}

/* Loads the manifest at PATH (taken over) as library NAME and appends it to the order. */
static struct plan_library *add(struct planner *p, const char *name, char *path) {
    struct manifest *manifest = manifest_load(path);
    free(path);
    if (manifest == NULL) {
        p->good = false;
        return NULL;
    }
    if (strcmp(manifest->name.text, name) != 0) {
        DIAG(manifest->name.loc, MANIFEST_NAME, NULL, name, manifest->name.text);
        manifest_free(manifest);
        p->good = false;
        return NULL;
    }
    struct plan_library *library = arena_alloc(&p->plan->arena, sizeof *library);
    library->manifest = manifest;
    library->name = manifest->name.text;
    library->replicated = manifest->replicate;
    *map_put(&p->by_name, library->name) = library;
    vec_push(&p->order, library);
    return library;
}

static const char *nearest_library(struct planner *p, const char *name) {
    struct strings names = {0};
    manifest_names(p->plan->config->directory, &names);
    const char *near = diag_nearest(name, names.v, names.n);
    near = near != NULL ? arena_strdup(&p->plan->arena, near) : NULL;
    for (size_t i = 0; i < names.n; i++) {
        free((char *)names.v[i]);
    }
    vec_free(&names);
    return near;
}

static struct plan_library *named(struct planner *p, const struct config_library *l) {
    struct plan_library *library = map_get(&p->by_name, l->name);
    if (library != NULL) {
        return library;
    }
    char *path = manifest_find(l->name, p->plan->config->directory);
    if (path == NULL) {
        DIAG(l->loc, CONFIG_LIBRARY_UNKNOWN, nearest_library(p, l->name), l->written);
        p->good = false;
        return NULL;
    }
    return add(p, l->name, path);
}

/* Loads what the file names, so that the application is known and comes first. */
static void add_named(struct planner *p) {
    const struct config *config = p->plan->config;
    const struct plan_library *app = NULL;
    size_t app_at = 0;
    for (size_t i = 0; i < config->library_count; i++) {
        const struct config_library *l = &config->libraries[i];
        struct plan_library *library = named(p, l);
        if (library == NULL) {
            continue;
        }
        if (is_tcb(library)) {
            DIAG(l->loc, CONFIG_LIBRARY_TCB, NULL, l->written);
            p->good = false;
        } else if (library->replicated) {
            DIAG(l->loc, CONFIG_LIBRARY_REPLICATED, NULL, l->written);
            p->good = false;
        } else if (library->manifest->kind == KIND_APP && app != NULL) {
            DIAG(l->loc, CONFIG_APP_TWICE, NULL, app->name);
            p->good = false;
        } else if (library->manifest->kind == KIND_APP) {
            app = library;
            app_at = p->order.n - 1;
        }
        library->compartment = l->compartment != 0 ? l->compartment : config->default_compartment;
        library->hardening = l->hardening;
    }
    if (app == NULL && p->good) {
        DIAG(config->libraries[0].loc, CONFIG_APP_NONE, NULL);
        p->good = false;
    }
    if (app_at != 0) {
        struct plan_library *first = p->order.v[app_at];
        memmove(p->order.v + 1, p->order.v, app_at * sizeof *p->order.v);
        p->order.v[0] = first;
    }
}

/* Resolves the needs of one library; new libraries join the end of the order. */
static void follow(struct planner *p, struct plan_library *library) {
    const struct texts *needs = &library->manifest->needs, *uses = &library->manifest->uses;
    library->needs =
        arena_alloc(&p->plan->arena, (needs->n + uses->n) * sizeof(struct plan_library *));
    for (size_t i = 0; i < needs->n; i++) {
        const char *name =
            manifest_name_of(&p->plan->arena, needs->v[i].text, p->plan->config->directory);
        struct plan_library *need = map_get(&p->by_name, name);
        if (need == NULL) {
            char *path = manifest_find(name, p->plan->config->directory);
            if (path == NULL) {
                DIAG(needs->v[i].loc, MANIFEST_NEEDS_UNKNOWN, nearest_library(p, name),
                     library->name, needs->v[i].text);
                p->good = false;
                continue;
            }
            need = add(p, name, path);
        }
        if (need == NULL) {
            continue;
        }
        if (need->manifest->kind == KIND_APP) {
            DIAG(needs->v[i].loc, MANIFEST_NEEDS_APP, NULL, library->name, need->name);
            p->good = false;
            continue;
        }
        library->needs[library->need_count++] = need;
    }
}

/* What a library uses when it is there anyway; once the list is complete. */
static void follow_uses(struct planner *p, struct plan_library *library) {
    const struct texts *uses = &library->manifest->uses;
    for (size_t i = 0; i < uses->n; i++) {
        const char *name =
            manifest_name_of(&p->plan->arena, uses->v[i].text, p->plan->config->directory);
        struct plan_library *used = map_get(&p->by_name, name);
        if (used != NULL && used->manifest->kind != KIND_APP) {
            library->needs[library->need_count++] = used;
        }
    }
}

static void add_tcb(struct planner *p) {
    const struct config *config = p->plan->config;
    const char *const names[] = {"core", mechanism_name(config->mechanism),
                                 platform_name(config->platform)};
    for (size_t i = 0; i < 3; i++) {
        char *path = map_get(&p->by_name, names[i]) == NULL ? manifest_find(names[i], NULL) : NULL;
        if (path != NULL) {
            add(p, names[i], path);
        }
    }
}

/* Completes the list: all needs of what is named, then the TCB with its needs. */
static void close_list(struct planner *p) {
    for (size_t i = 0; i < p->order.n; i++) {
        follow(p, p->order.v[i]);
    }
    size_t first = p->order.n;
    add_tcb(p);
    for (size_t i = first; i < p->order.n; i++) {
        follow(p, p->order.v[i]);
    }
    for (size_t i = 0; i < p->order.n; i++) {
        follow_uses(p, p->order.v[i]);
    }
}

/* Breadth first from ROOT over needs; the result order, TCB libraries kept for the end. */
static void visit(struct plan_library *root, struct map *seen, struct plan_library **out, size_t *n,
                  bool tcb) {
    size_t next = *n;
    if (map_get(seen, root->name) != NULL) {
        return;
    }
    *map_put(seen, root->name) = root;
    out[(*n)++] = root;
    for (; next < *n; next++) {
        for (size_t i = 0; i < out[next]->need_count; i++) {
            struct plan_library *need = out[next]->needs[i];
            if (map_get(seen, need->name) == NULL && (tcb || !is_tcb(need))) {
                *map_put(seen, need->name) = need;
                out[(*n)++] = need;
            }
        }
    }
}

/* The application and its needs, what is only named, then the TCB and what only it needs. */
static void sort(struct planner *p) {
    struct plan_library **out = xcalloc(p->order.n, sizeof *out);
    struct map seen = {0};
    size_t n = 0;
    for (size_t i = 0; i < p->order.n; i++) {
        if (!is_tcb(p->order.v[i])) {
            visit(p->order.v[i], &seen, out, &n, false);
        }
    }
    for (size_t i = 0; i < p->order.n; i++) {
        visit(p->order.v[i], &seen, out, &n, true);
    }
    memcpy(p->order.v, out, n * sizeof *out);
    p->order.n = n;
    map_free(&seen);
    free(out);
}

/* Whether the TCB uses the library, itself or through others that are replicated. */
static void mark_tcb(struct plan_library *library) {
    for (size_t i = 0; i < library->need_count; i++) {
        struct plan_library *need = library->needs[i];
        if (need->replicated && (need->compartments & 1) == 0) {
            need->compartments |= 1;
            mark_tcb(need);
        }
    }
}

static void place(struct planner *p) {
    const struct config *config = p->plan->config;
    uint32_t all = p->plan->isolated ? (2u << config->compartment_count) - 2 : 2;
    bool *used = arena_alloc(&p->plan->arena, config->compartment_count + 1);
    for (size_t i = 0; i < p->order.n; i++) {
        struct plan_library *library = p->order.v[i];
        if (is_tcb(library)) {
            library->compartment = 0;
            library->compartments = 1;
            if (p->plan->isolated) {
                mark_tcb(library);
            }
        } else if (library->replicated) {
            library->compartment = 1;
            library->compartments |= all;
        } else {
            unsigned own =
                library->compartment ? library->compartment : config->default_compartment;
            library->compartment = p->plan->isolated ? own : 1;
            library->compartments = 1u << library->compartment;
            used[own] = true;
        }
    }
    for (size_t i = 0; i < config->compartment_count; i++) {
        if (!used[i + 1]) {
            DIAG(config->compartments[i].loc, CONFIG_COMPARTMENT_UNUSED, NULL,
                 config->compartments[i].name);
            p->good = false;
        }
    }
}

/* Moves the libraries into the plan's array, in order, and their needs with them. */
static void fill(struct planner *p) {
    struct image_plan *plan = p->plan;
    plan->lib_count = p->order.n;
    plan->lib = arena_alloc(&plan->arena, plan->lib_count * sizeof *plan->lib);
    for (size_t i = 0; i < plan->lib_count; i++) {
        plan->lib[i] = *p->order.v[i];
        *map_put(&p->by_name, plan->lib[i].name) = &plan->lib[i];
    }
    for (size_t i = 0; i < plan->lib_count; i++) {
        for (size_t j = 0; j < plan->lib[i].need_count; j++) {
            plan->lib[i].needs[j] = map_get(&p->by_name, plan->lib[i].needs[j]->name);
        }
    }
}

struct image_plan *plan_make(const struct config *config) {
    struct image_plan *plan = xcalloc(1, sizeof *plan);
    struct planner p = {.plan = plan, .good = true};
    plan->config = config;
    plan->isolated = config->mechanism != MECHANISM_NONE;
    plan->compartment_count = plan->isolated ? (unsigned)config->compartment_count : 1;
    add_named(&p);
    if (p.good) {
        close_list(&p);
    }
    if (p.good) {
        sort(&p);
        place(&p);
    }
    fill(&p);
    vec_free(&p.order);
    map_free(&p.by_name);
    if (!p.good) {
        plan_free(plan);
        return NULL;
    }
    return plan;
}

void plan_free(struct image_plan *plan) {
    if (plan == NULL) {
        return;
    }
    for (size_t i = 0; i < plan->lib_count; i++) {
        manifest_free(plan->lib[i].manifest);
    }
    struct arena arena = plan->arena;
    free(plan);
    arena_free(&arena);
}

struct plan_library *plan_library(const struct image_plan *plan, const char *name) {
    for (size_t i = 0; i < plan->lib_count; i++) {
        if (strcmp(plan->lib[i].name, name) == 0) {
            return &plan->lib[i];
        }
    }
    return NULL;
}
