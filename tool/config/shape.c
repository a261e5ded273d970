/* SPDX-License-Identifier: BSD-3-Clause */
#include "config/shape.h"

#include <string.h>

#include "config/keys.h"

static bool is_key_of(enum config_scope scope, const char *word) {
    size_t count;
    const char *const *keys = config_keys_of(scope, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i], word) == 0) {
            return true;
        }
    }
    return false;
}

/* An entry's name with its block of keys, taken from one of the ways of writing it. */
struct entry {
    struct node *name;
    struct node *keys; /* a map */
};

static bool add_entry(struct arena *arena, struct node *target, struct entry entry,
                      enum config_scope scope) {
    struct pair *old = node_find(target, entry.name->text);
    if (old == NULL) {
        node_add(arena, target, entry.name, entry.keys);
        return true;
    }
    if (scope == SCOPE_COMPARTMENT) {
        DIAG(entry.name->loc, CONFIG_COMPARTMENT_TWICE, NULL, entry.name->text, old->key->loc.line);
    } else {
        DIAG(entry.name->loc, CONFIG_LIBRARY_TWICE, NULL, entry.name->text, old->key->loc.line);
    }
    return false;
}

static bool form_error(struct arena *arena, const struct node *node, enum config_scope scope) {
    const char *what = node_describe(arena, node);
    if (scope == SCOPE_COMPARTMENT) {
        DIAG(node->loc, CONFIG_COMPARTMENT_FORM, NULL, what);
    } else {
        DIAG(node->loc, CONFIG_LIBRARY_FORM, NULL, what);
    }
    return false;
}

/* NAME: VALUE, where VALUE is a map of keys, nothing, or (for libraries) a compartment's name. */
static bool keys_of_value(struct arena *arena, struct node *value, enum config_scope scope,
                          struct node **keys) {
    if (value->kind == NODE_MAP) {
        *keys = value;
        return true;
    }
    *keys = node_new(arena, NODE_MAP, value->loc);
    if (value->kind == NODE_SCALAR && scope == SCOPE_LIBRARY) {
        struct node *key = node_new(arena, NODE_SCALAR, value->loc);
        key->text = "compartment";
        node_add(arena, *keys, key, value);
        return true;
    }
    return value->kind == NODE_NULL || form_error(arena, value, scope);
}

/*
 * An item of a list that is a map. `- name: comp1` names it by the key `name`; otherwise its first
 * key is the name and the others are its keys (`- comp1:` with siblings).
 */
static bool entry_of_map(struct arena *arena, struct node *item, enum config_scope scope,
                         struct entry *entry) {
    if (item->count == 0) {
        return form_error(arena, item, scope);
    }
    size_t name = 0;
    bool by_key = strcmp(item->items[0].key->text, "name") == 0;
    for (size_t i = 1; i < item->count && !by_key; i++) {
        by_key = strcmp(item->items[i].key->text, "name") == 0;
        name = by_key ? i : name;
    }
    struct node *key = item->items[name].key, *value = item->items[name].value;
    if (by_key) {
        if (value->kind != NODE_SCALAR) {
            return form_error(arena, value, scope);
        }
        entry->name = value;
        entry->keys = node_new(arena, NODE_MAP, item->loc);
    } else {
        if (is_key_of(scope, key->text)) {
            return form_error(arena, key, scope); /* the name was forgotten */
        }
        entry->name = key;
        if (!keys_of_value(arena, value, scope, &entry->keys)) {
            return false;
        }
    }
    for (size_t i = 0; i < item->count; i++) {
        struct pair *pair = &item->items[i];
        struct pair *old = node_find(entry->keys, pair->key->text);
        if (i == name) {
            continue;
        }
        if (old != NULL) {
            DIAG(pair->key->loc, YAML_DUPLICATE, NULL, pair->key->text, old->key->loc.line);
            return false;
        }
        node_add(arena, entry->keys, pair->key, pair->value);
    }
    return true;
}

static bool shape_item(struct arena *arena, const struct pair *item, enum config_scope scope,
                       struct node *target) {
    struct entry entry;
    if (item->key != NULL) { /* map form */
        entry.name = item->key;
        if (!keys_of_value(arena, item->value, scope, &entry.keys)) {
            return false;
        }
    } else if (item->value->kind == NODE_SCALAR) {
        entry.name = item->value;
        entry.keys = node_new(arena, NODE_MAP, item->value->loc);
    } else if (item->value->kind == NODE_MAP) {
        if (!entry_of_map(arena, item->value, scope, &entry)) {
            return false;
        }
    } else {
        return form_error(arena, item->value, scope);
    }
    return add_entry(arena, target, entry, scope);
}

static bool shape_block(struct arena *arena, struct node *root, const char *key,
                        enum config_scope scope) {
    struct pair *pair = node_find(root, key);
    bool good = true;
    if (pair == NULL) {
        return true;
    }
    struct node *old = pair->value;
    if (old->kind != NODE_MAP && old->kind != NODE_LIST) {
        DIAG(old->loc, VALUE_TYPE, NULL, node_describe(arena, old), key, "a list or a map");
        return false;
    }
    struct node *target = node_new(arena, NODE_MAP, old->loc);
    for (size_t i = 0; i < old->count; i++) {
        good = shape_item(arena, &old->items[i], scope, target) && good;
    }
    pair->value = target;
    return good;
}

bool shape_file(struct arena *arena, struct node *root) {
    if (root->kind != NODE_MAP) {
        DIAG(root->loc, VALUE_TYPE, NULL, node_describe(arena, root), "the file",
             "a map such as `libraries: [hello]`");
        return false;
    }
    bool good = shape_block(arena, root, "compartments", SCOPE_COMPARTMENT);
    return shape_block(arena, root, "libraries", SCOPE_LIBRARY) && good;
}
