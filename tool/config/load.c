/* SPDX-License-Identifier: BSD-3-Clause */
/* config_load: text -> tree -> one shape -> options added -> values -> rules across keys. */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "config/keys.h"
#include "config/read.h"
#include "config/shape.h"
#include "util/file.h"
#include "util/str.h"
#include "yaml/read.h"

static const char *name_of_path(struct arena *arena, const char *path) {
    const char *base = path_base(path);
    size_t n = strlen(base);
    n -= str_ends(base, ".yaml") ? 5 : str_ends(base, ".yml") ? 4 : 0;
    return n == 0 ? "image" : arena_strndup(arena, base, n);
}

static bool read_tree(struct config *config, const struct node *root) {
    struct given given = {0};
    size_t count;
    const char *const *keys = config_keys_of(SCOPE_TOP, &count);
    bool good = read_keys(&config->arena, root, "the configuration", keys, count);
    good = read_image_keys(config, root, &given) && good;
    good = read_compartments(config, root, &given) && good;
    good = read_libraries(config, root) && good;
    return good && check_config(config, &given);
}

struct config *config_load(const char *path, const struct config_option *options, size_t count) {
    struct config *config = xcalloc(1, sizeof *config);
    config->path = arena_strdup(&config->arena, path);
    char *directory = path_directory(path);
    config->directory = arena_strdup(&config->arena, directory);
    free(directory);
    config->name = name_of_path(&config->arena, path);

    struct node *root = yaml_load_file(&config->arena, path);
    bool good = root != NULL && shape_file(&config->arena, root);
    for (size_t i = 0; i < count && good; i++) {
        good = shape_option(&config->arena, root, &options[i], (unsigned)i + 1);
    }
    if (!good || !read_tree(config, root)) {
        config_free(config);
        return NULL;
    }
    return config;
}

void config_free(struct config *config) {
    if (config != NULL) {
        struct arena arena = config->arena;
        free(config);
        arena_free(&arena);
    }
}

const struct config_compartment *config_compartment(const struct config *config, unsigned number) {
    bool known = number >= 1 && number <= config->compartment_count;
    return known ? &config->compartments[number - 1] : NULL;
}
