/* SPDX-License-Identifier: BSD-3-Clause */
/* flexos inspect: an image's audit report, or a configuration's plan, for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "cmd/cmd.h"
#include "config/plan.h"
#include "util/str.h"

static void print_compartment(const struct image_plan *plan, unsigned number) {
    const char *separator = "  with instances of ";
    for (size_t i = 0; i < plan->lib_count; i++) {
        const struct plan_library *library = &plan->lib[i];
        if (!library->replicated && library->compartments >> number & 1) {
            printf("  %-16s %s\n", library->name, manifest_kind_name(library->manifest->kind));
        }
    }
    for (size_t i = 0; i < plan->lib_count; i++) {
        if (plan->lib[i].replicated && plan->lib[i].compartments >> number & 1) {
            printf("%s%s", separator, plan->lib[i].name);
            separator = ", ";
        }
    }
    fputs(separator[0] == ',' ? "\n" : "", stdout);
}

static int inspect_config(const struct build_options *options) {
    const char *path = options->config;
    struct config *config = config_load(path, options->set, options->set_count);
    struct image_plan *plan = config != NULL ? plan_make(config) : NULL;
    if (plan == NULL) {
        config_free(config);
        return EXIT_FAILED;
    }
    printf("%s: mechanism %s, platform %s, %zu libraries\n", path,
           mechanism_name(config->mechanism), platform_name(config->platform), plan->lib_count);
    for (unsigned k = 0; k <= plan->compartment_count; k++) {
        const struct config_compartment *c = config_compartment(config, k);
        if (k == 0) {
            puts("\ncompartment 0, the trusted base");
        } else if (!plan->isolated) {
            puts("\nall other libraries, without isolation");
        } else {
            printf("\ncompartment %u, %s: gate %s, sharing %s%s\n", k, c->name, gate_name(c->gate),
                   sharing_name(c->sharing), c->is_default ? ", default" : "");
        }
        print_compartment(plan, k);
    }
    printf("\nNext: flexos build %s\n", path);
    plan_free(plan);
    config_free(config);
    return EXIT_DONE;
}

int cmd_inspect(int argc, char **argv) {
    struct build_options options;
    if (!build_options_parse(&options, argc, argv)) {
        return EXIT_USAGE;
    }
    if (options.out != NULL || options.rest != NULL) {
        fputs(
            "flexos inspect: -o and -- belong to build and run; a configuration with --set, or an "
            "image alone was expected\n",
            stderr);
        return EXIT_USAGE;
    }
    bool is_config = str_ends(options.config, ".yaml") || str_ends(options.config, ".yml");
    if (!is_config && options.set_count > 0) {
        fputs("flexos inspect: an image is as it is; --set needs its configuration\n", stderr);
        return EXIT_USAGE;
    }
    int status = is_config                       ? inspect_config(&options)
                 : inspect_image(options.config) ? EXIT_DONE
                                                 : EXIT_FAILED;
    free((void *)options.set);
    return status;
}
