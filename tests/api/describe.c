/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Descriptors for the test of the interface hooks, made by the tool's own code: `describe OBJECT
 * OUT.S [nochecks] NAME...` describes the functions NAME of an annotated object, in this order, as
 * the link step would. Exit 1 after diagnostics.
 */
#include "link/iface.h"
#include "link/index.h"
#include "link/linker.h"

#include <string.h>

int main(int argc, char **argv) {
    static struct config config;
    static struct image_plan plan = {.config = &config};
    static struct linker linker = {.plan = &plan, .isolated = true};
    static struct manifest manifest;
    static struct plan_library plan_library = {.manifest = &manifest, .name = "provider"};
    static struct library library = {.plan = &plan_library, .name = "provider"};
    static struct instance home = {.library = &library, .domain = 2};
    int failed = 0;
    const int first = argc > 3 && strcmp(argv[3], "nochecks") == 0 ? 4 : 3;
    config.interface_checks = first == 3;
    if (argc < 4 || object_load(&library.object, argv[1]) != 0 ||
        index_load(&library.index, &library.object) != 0) {
        return 1;
    }
    for (int i = first; i < argc; i++) {
        const struct prototype *prototype = map_get(&library.index.by_name, argv[i]);
        struct function *function = xcalloc(1, sizeof *function);
        if (!prototype) {
            fprintf(stderr, "%s: no such function\n", argv[i]);
            return 1;
        }
        *function = (struct function){.home = &home,
                                      .name = argv[i],
                                      .target = argv[i],
                                      .section = prototype->section,
                                      .value = prototype->value,
                                      .prototype = prototype};
        const int index = iface_describe(&linker, function, NULL, prototype->iface);
        printf("%s %d %s\n", argv[i], index, prototype->iface);
        failed |= index == -2;
    }
    FILE *out = fopen(argv[2], "w");
    if (!out || iface_emit(&linker, out) != 0 || fclose(out) != 0) {
        return 1;
    }
    return failed;
}
