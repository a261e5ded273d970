/* SPDX-License-Identifier: BSD-3-Clause */
/* The blocks `compartments` and `libraries`. */
#include <string.h>

#include "config/keys.h"
#include "config/read.h"
#include "manifest/manifest.h"
#include "yaml/read.h"

/* Words of the design; those from `first_later` on do not exist in this version. */
static const char *const mechanism_words[] = {"none", "intel-mpk", "vm-ept", "cheri", "page-table"};
static const char *const hardening_words[] = {"asan",      "ubsan", "stack-protector",
                                              "safestack", "cfi",   "all"};

static bool read_mechanism(struct config *config, const struct node *node,
                           enum mechanism *mechanism) {
    unsigned index;
    if (!read_word(&config->arena, node, "mechanism", mechanism_words, 5, &index)) {
        return false;
    }
    if (index > MECHANISM_INTEL_MPK) {
        DIAG(node->loc, CONFIG_MECHANISM_LATER, NULL, node->text);
        return false;
    }
    *mechanism = (enum mechanism)index;
    return true;
}

static bool read_hardening_word(struct config *config, const struct node *node) {
    unsigned index;
    if (read_word(&config->arena, node, "hardening", hardening_words, 6, &index)) {
        DIAG(node->loc, CONFIG_HARDENING_LATER, NULL, node->text);
    }
    return false;
}

/* Nothing, an empty list, or words that are all errors in this version. */
static bool read_hardening(struct config *config, const struct node *node, hardening_set *set) {
    bool good = true;
    *set = 0;
    if (node->kind == NODE_LIST) {
        for (size_t i = 0; i < node->count; i++) {
            good = read_hardening_word(config, node->items[i].value) && good;
        }
        return good;
    }
    if (node->kind == NODE_MAP || node->kind == NODE_NULL) {
        DIAG(node->loc, VALUE_TYPE, NULL, node_describe(&config->arena, node), "hardening",
             "a list");
        return false;
    }
    return read_hardening_word(config, node);
}

static bool check_name(const struct node *name) {
    if (!is_name(name->text)) {
        DIAG(name->loc, VALUE_NAME, NULL, name->text);
        return false;
    }
    return true;
}

static bool read_compartment(struct config *config, const struct pair *pair, struct given *given) {
    unsigned number = (unsigned)++config->compartment_count;
    struct config_compartment *c = &config->compartments[number - 1];
    size_t slot = number <= CONFIG_MAX_COMPARTMENTS ? number : 0; /* beyond: an error later */
    const struct node *keys = pair->value;
    size_t count;
    const char *const *known = config_keys_of(SCOPE_COMPARTMENT, &count);
    bool good =
        check_name(pair->key) && read_keys(&config->arena, keys, "a compartment", known, count);
    c->name = pair->key->text;
    c->number = number;
    c->loc = c->mechanism_loc = c->gate_loc = c->sharing_loc = pair->key->loc;
    for (size_t i = 0; i < keys->count; i++) {
        const char *key = keys->items[i].key->text;
        const struct node *value = keys->items[i].value;
        if (strcmp(key, "mechanism") == 0) {
            good = read_mechanism(config, value, &c->mechanism) && good;
            c->mechanism_loc = value->loc;
            c->mechanism_given = true;
        } else if (strcmp(key, "default") == 0) {
            good = read_bool(&config->arena, value, key, &c->is_default) && good;
            c->default_loc = value->loc;
        } else if (strcmp(key, "hardening") == 0) {
            good = read_hardening(config, value, &c->hardening) && good;
        } else if (strcmp(key, "gate") == 0) {
            given->compartment_gate[slot] = value;
        } else if (strcmp(key, "sharing") == 0) {
            given->compartment_sharing[slot] = value;
        }
    }
    return good;
}

bool read_compartments(struct config *config, const struct node *root, struct given *given) {
    const struct pair *block = node_find(root, "compartments");
    bool good = true;
    if (block == NULL) {
        config->compartments = arena_alloc(&config->arena, sizeof *config->compartments);
        config->compartment_count = 1;
        struct loc loc = LOC_FILE(config->path);
        config->compartments[0] = (struct config_compartment){.name = "main",
                                                              .number = 1,
                                                              .loc = loc,
                                                              .mechanism_loc = loc,
                                                              .default_loc = loc,
                                                              .gate_loc = loc,
                                                              .sharing_loc = loc};
        return true;
    }
    const struct node *map = block->value;
    if (map->count == 0) {
        DIAG(map->loc, CONFIG_COMPARTMENT_NONE, NULL);
        return false;
    }
    config->compartments = arena_alloc(&config->arena, map->count * sizeof *config->compartments);
    for (size_t i = 0; i < map->count; i++) {
        good = read_compartment(config, &map->items[i], given) && good;
    }
    return good;
}

static bool find_compartment(struct config *config, const struct node *node, unsigned *number) {
    const char *text;
    if (!read_text(&config->arena, node, "compartment", "a compartment's name", &text)) {
        return false;
    }
    const char **names = arena_alloc(&config->arena, config->compartment_count * sizeof *names);
    for (size_t i = 0; i < config->compartment_count; i++) {
        names[i] = config->compartments[i].name;
        if (strcmp(names[i], text) == 0) {
            *number = config->compartments[i].number;
            return true;
        }
    }
    DIAG(node->loc, CONFIG_COMPARTMENT_UNKNOWN,
         diag_nearest(text, names, config->compartment_count), text,
         word_list(&config->arena, names, config->compartment_count));
    return false;
}

static bool read_library(struct config *config, const struct pair *pair) {
    struct config_library *library = &config->libraries[config->library_count];
    const struct node *keys = pair->value;
    size_t count;
    const char *const *known = config_keys_of(SCOPE_LIBRARY, &count);
    if (!check_name(pair->key) || !read_keys(&config->arena, keys, "a library", known, count)) {
        return false;
    }
    bool good = true;
    library->written = pair->key->text;
    library->name = manifest_name_of(&config->arena, library->written, config->directory);
    library->loc = library->compartment_loc = pair->key->loc;
    for (size_t i = 0; i < config->library_count; i++) {
        if (strcmp(config->libraries[i].name, library->name) == 0) {
            DIAG(library->loc, CONFIG_LIBRARY_TWICE, NULL, library->written,
                 config->libraries[i].loc.line);
            return false;
        }
    }
    for (size_t i = 0; i < keys->count; i++) {
        const struct node *value = keys->items[i].value;
        if (strcmp(keys->items[i].key->text, "hardening") == 0) {
            good = read_hardening(config, value, &library->hardening) && good;
        } else {
            good = find_compartment(config, value, &library->compartment) && good;
            library->compartment_loc = value->loc;
        }
    }
    config->library_count++;
    return good;
}

bool read_libraries(struct config *config, const struct node *root) {
    const struct pair *block = node_find(root, "libraries");
    bool good = true;
    if (block == NULL || block->value->count == 0) {
        DIAG(block == NULL ? LOC_FILE(config->path) : block->value->loc, CONFIG_APP_NONE, NULL);
        return false;
    }
    const struct node *map = block->value;
    config->libraries = arena_alloc(&config->arena, map->count * sizeof *config->libraries);
    for (size_t i = 0; i < map->count; i++) {
        good = read_library(config, &map->items[i]) && good;
    }
    return good;
}
