/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Drives the link step without configurations and manifests: the tests make tiny objects and say on
 * the command line what their manifests would.
 *
 *   driver OUT COMPARTMENTS LIBRARY...     COMPARTMENTS 0: not isolated
 *   LIBRARY: NAME,OBJECT,HOME[,KEY=WORDS]... HOME: number, or * for a replicated library; words by
 * + keys: kind needs shares enosys never always nothunk iface errno constants
 */
#include "link/link.h"
#include "util/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct texts words(char *list, const char *path) {
    VEC(struct text) found = {0};
    for (char *word = strtok(list, "+"); word; word = strtok(NULL, "+"))
        vec_push(&found, (struct text){word, LOC_FILE(path)});
    return (struct texts){.v = found.v, .n = found.n, .loc = LOC_FILE(path), .present = true};
}

static void set_key(struct plan_library *library, char *pair) {
    struct manifest *manifest = library->manifest;
    char *value = strchr(pair, '=');
    *value++ = 0;
    if (strcmp(pair, "kind") == 0)
        manifest->kind = strcmp(value, "app") == 0 ? KIND_APP : KIND_CORE;
    else if (strcmp(pair, "needs") == 0)
        manifest->needs = words(value, manifest->path);
    else if (strcmp(pair, "shares") == 0)
        manifest->shares = words(value, manifest->path);
    else if (strcmp(pair, "enosys") == 0)
        manifest->enosys = words(value, manifest->path);
    else if (strcmp(pair, "never") == 0)
        manifest->stateless_never = words(value, manifest->path);
    else if (strcmp(pair, "always") == 0)
        manifest->stateless_always = words(value, manifest->path);
    else if (strcmp(pair, "nothunk") == 0)
        manifest->no_thunk = words(value, manifest->path);
    else if (strcmp(pair, "iface") == 0)
        library->iface_object = value;
    else if (strcmp(pair, "errno") == 0)
        manifest->errno_carried = true;
    else if (strcmp(pair, "constants") == 0)
        manifest->constants_private = true;
    else
        exit(2);
}

static void add_library(struct image_plan *plan, struct plan_library *library, char *text) {
    struct manifest *manifest = xcalloc(1, sizeof *manifest);
    char *fields[16], *rest = text;
    size_t count = 0;
    while (count < 16 && (fields[count] = strsep(&rest, ",")))
        count++;
    manifest->kind = KIND_LIBRARY;
    manifest->path = xasprintf("libs/%s/lib.yaml", fields[0]);
    manifest->name.text = fields[0];
    library->manifest = manifest;
    library->name = fields[0];
    library->object = fields[1];
    library->replicated = manifest->replicate = *fields[2] == '*';
    library->compartment = library->replicated ? 1 : (unsigned)atoi(fields[2]);
    library->compartments = library->replicated ? (1U << (plan->compartment_count + 1)) - 1
                                                : 1U << library->compartment;
    for (size_t i = 3; i < count; i++)
        set_key(library, fields[i]);
}

int main(int argc, char **argv) {
    struct config config = {.stack = 0x40000, .name = "test"};
    struct image_plan plan = {.config = &config};
    if (argc < 4)
        return 2;
    unsigned count = (unsigned)atoi(argv[2]);
    plan.isolated = count != 0;
    plan.compartment_count = count ? count : 1;
    config.mechanism = count ? MECHANISM_INTEL_MPK : MECHANISM_NONE;
    config.compartment_count = plan.compartment_count;
    config.compartments = xcalloc(plan.compartment_count, sizeof *config.compartments);
    for (unsigned k = 0; k < plan.compartment_count; k++) {
        config.compartments[k].name = xasprintf("comp%u", k + 1);
        config.compartments[k].number = k + 1;
        config.compartments[k].mechanism = config.mechanism;
    }
    plan.lib_count = (size_t)argc - 3;
    plan.lib = xcalloc(plan.lib_count, sizeof *plan.lib);
    for (size_t i = 0; i < plan.lib_count; i++)
        add_library(&plan, &plan.lib[i], xstrdup(argv[i + 3]));
    for (size_t i = 0; i < plan.lib_count; i++) {
        struct plan_library *library = &plan.lib[i];
        library->needs = xcalloc(library->manifest->needs.n + 1, sizeof *library->needs);
        for (size_t k = 0; k < library->manifest->needs.n; k++)
            for (size_t m = 0; m < plan.lib_count; m++)
                if (strcmp(plan.lib[m].name, library->manifest->needs.v[k].text) == 0)
                    library->needs[library->need_count++] = &plan.lib[m];
    }
    return link_image(&plan, argv[1]) == 0 ? 0 : 1;
}
