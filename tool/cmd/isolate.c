/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flexos isolate: a new configuration with one library in a compartment of its own. What was
 * written is read back, and must put the library alone and leave all others where they were.
 */
#include "config/isolate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "manifest/manifest.h"
#include "util/file.h"
#include "util/str.h"

struct isolation {
    struct arena arena;
    const char *path, *out; /* out NULL: beside the old file */
    const char *library;    /* as the user wrote it, then its name */
    struct config *config;
    struct image_plan *plan;
    const struct plan_library *target;
};

static bool usage(void) {
    fputs("usage: flexos isolate LIB CONFIG [-o NEW]\n", stderr);
    return false;
}

static bool parse(struct isolation *s, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-o") == 0 && i + 1 < argc) {
            s->out = argv[++i];
        } else if (argv[i][0] == '-') {
            return usage();
        } else if (s->library == NULL) {
            s->library = argv[i];
        } else if (s->path == NULL) {
            s->path = argv[i];
        } else {
            return usage();
        }
    }
    return s->path != NULL || usage();
}

static bool find_library(struct isolation *s) {
    const char *bare = manifest_name_of(&s->arena, s->library, s->config->directory);
    s->target = plan_library(s->plan, bare);
    if (s->target == NULL) {
        const char **names = arena_alloc(&s->arena, s->plan->lib_count * sizeof *names);
        for (size_t i = 0; i < s->plan->lib_count; i++) {
            names[i] = s->plan->lib[i].name;
        }
        const char *near = diag_nearest(bare, names, s->plan->lib_count);
        diag_error(LOC_FILE(s->path),
                   "'%s' is no library of this image; one of them was expected "
                   "(`flexos inspect %s` lists them)%s%s%s",
                   s->library, s->path, near ? "; did you mean '" : "", near ? near : "",
                   near ? "'?" : "");
        return false;
    }
    if (s->target->replicated || s->target->compartment == 0) {
        diag_error(LOC_FILE(s->path), "'%s' %s; a library with a compartment was expected", bare,
                   s->target->replicated ? "has an instance in each compartment"
                                         : "belongs to the trusted base");
        return false;
    }
    s->library = s->target->name;
    return true;
}

static unsigned place_of(const struct image_plan *plan, const struct plan_library *library) {
    for (size_t i = 0; i < plan->config->library_count; i++) {
        const struct config_library *l = &plan->config->libraries[i];
        if (strcmp(l->name, library->name) == 0 && l->compartment != 0) {
            return l->compartment;
        }
    }
    return library->compartment == 0 ? 0 : plan->config->default_compartment;
}

/* No other library has its compartment, whatever separates the compartments. */
static bool is_alone(const struct image_plan *plan, const char *name) {
    const struct plan_library *library = plan_library(plan, name);
    for (size_t i = 0; library != NULL && i < plan->lib_count; i++) {
        const struct plan_library *other = &plan->lib[i];
        if (other != library && !other->replicated &&
            place_of(plan, other) == place_of(plan, library)) {
            return false;
        }
    }
    return library != NULL;
}

/* The new file puts the library alone, and the others are grouped as before. */
static bool verify(const struct isolation *s, const char *path) {
    struct config *config = config_load(path, NULL, 0);
    struct image_plan *plan = config != NULL ? plan_make(config) : NULL;
    bool good = plan != NULL && plan->isolated && is_alone(plan, s->library);
    for (size_t i = 0; good && i < s->plan->lib_count; i++) {
        const struct plan_library *then = &s->plan->lib[i], *now = plan_library(plan, then->name);
        bool fixed = then->replicated || place_of(s->plan, then) == 0; /* or of another mechanism */
        good = fixed || strcmp(then->name, s->library) == 0 ||
               (now != NULL && place_of(plan, now) == place_of(s->plan, then));
    }
    plan_free(plan);
    config_free(config);
    return good;
}

/* A name that no compartment has: the library's, else with a number. */
static const char *free_name(struct isolation *s) {
    const char *name = s->library;
    for (unsigned n = 2, i = 0; i < s->config->compartment_count; i++) {
        if (strcmp(s->config->compartments[i].name, name) == 0) {
            name = arena_printf(&s->arena, "%s-%u", s->library, n++);
            i = (unsigned)-1;
        }
    }
    return name;
}

static bool write_new(struct isolation *s, const char *text) {
    if (s->out == NULL) {
        s->out = arena_printf(&s->arena, "%s/%s-%s.yaml", s->config->directory, s->config->name,
                              s->library);
        s->out += str_starts(s->out, "./") ? 2 : 0;
        if (file_exists(s->out)) {
            diag_error(LOC_FILE(s->out), "exists already; a new name was expected (-o NEW)");
            return false;
        }
    }
    /* Verified before it takes the place of anything; in its folder, as it names others from there.
     */
    char *trial = xasprintf("%s.%d.trial.yaml", s->out, (int)getpid());
    int error = file_write(trial, text, strlen(text));
    diag_set_stream(NULL);
    bool good = error == 0 && verify(s, trial);
    diag_set_stream(stderr);
    if (good && rename(trial, s->out) != 0) {
        error = -1;
    }
    unlink(trial);
    free(trial);
    if (error != 0) {
        diag_error(LOC_FILE(s->out),
                   "cannot be written; a place that can be was expected (-o NEW)");
    }
    return good && error == 0;
}

static bool isolate(struct isolation *s) {
    s->config = config_load(s->path, NULL, 0);
    s->plan = s->config != NULL ? plan_make(s->config) : NULL;
    if (s->plan == NULL || !find_library(s)) {
        return false;
    }
    bool alone = is_alone(s->plan, s->library);
    const char *name =
        alone ? config_compartment(s->config, place_of(s->plan, s->target))->name : free_name(s);
    if (alone && s->plan->isolated) {
        printf("%s: '%s' is alone in compartment '%s' already; nothing to do\n", s->path,
               s->library, name);
        return true;
    }
    if (!alone && s->config->compartment_count >= CONFIG_MAX_COMPARTMENTS) {
        diag_error(LOC_FILE(s->path),
                   "%zu compartments already; at most %d fit (put libraries that "
                   "trust each other together first)",
                   s->config->compartment_count, (int)CONFIG_MAX_COMPARTMENTS);
        return false;
    }
    enum mechanism mechanism = s->plan->isolated ? s->config->mechanism : MECHANISM_INTEL_MPK;
    char *text = isolate_text(s->config, s->library, alone ? NULL : name, mechanism);
    bool good = text != NULL && write_new(s, text);
    free(text);
    if (!good) {
        diag_error(LOC_FILE(s->path),
                   "the new file was not written; by hand: the compartment "
                   "`%s: {mechanism: %s}` and the library `%s: %s`",
                   name, mechanism_name(mechanism), s->library, name);
        return false;
    }
    if (!s->plan->isolated) {
        printf("mechanism none became %s, because nothing was isolated before\n",
               mechanism_name(mechanism));
    }
    printf("%s: '%s' has compartment '%s' of its own\nNext: flexos run %s\n", s->out, s->library,
           name, s->out);
    return true;
}

int cmd_isolate(int argc, char **argv) {
    struct isolation s = {0};
    if (!parse(&s, argc, argv)) {
        return EXIT_USAGE;
    }
    bool good = isolate(&s);
    plan_free(s.plan);
    config_free(s.config);
    arena_free(&s.arena);
    return good ? EXIT_DONE : EXIT_FAILED;
}
