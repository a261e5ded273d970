/* SPDX-License-Identifier: BSD-3-Clause */
/* --set KEY=VALUE: a value put into the tree of a configuration. */
#include <string.h>

#include "config/keys.h"
#include "config/shape.h"

struct setting {
    struct arena *arena;
    struct loc loc; /* of the text's first character */
};

static struct node *word(const struct setting *s, const char *text, size_t size, size_t offset) {
    struct loc loc = s->loc;
    loc.column += (unsigned)offset;
    struct node *node = node_new(s->arena, NODE_SCALAR, loc);
    node->text = arena_strndup(s->arena, text, size);
    return node;
}

/* Puts the value at KEY of a map: lists grow, anything else is replaced with a note. */
static void put(const struct setting *s, struct node *map, struct node *key, struct node *value) {
    struct pair *old = node_find(map, key->text);
    if (old == NULL) {
        node_add(s->arena, map, key, value);
    } else if (old->value->kind == NODE_LIST && value->kind == NODE_LIST) {
        struct node *grown = node_new(s->arena, NODE_LIST, old->value->loc);
        for (size_t i = 0; i < old->value->count; i++) {
            node_add(s->arena, grown, NULL, old->value->items[i].value);
        }
        for (size_t i = 0; i < value->count; i++) {
            node_add(s->arena, grown, NULL, value->items[i].value);
        }
        old->value = grown;
    } else {
        diag_note(value->loc, "'%s' here takes the place of the value at %s:%u:%u", key->text,
                  old->value->loc.file, old->value->loc.line, old->value->loc.column);
        old->value = value;
    }
}

/* The map at KEY of a map, made when absent; NULL when something else stands there. */
static struct node *descend(const struct setting *s, struct node *map, struct node *key,
                            bool make) {
    struct pair *pair = node_find(map, key->text);
    if (pair == NULL && make) {
        struct node *made = node_new(s->arena, NODE_MAP, key->loc);
        node_add(s->arena, map, key, made);
        return made;
    }
    return pair != NULL && pair->value->kind == NODE_MAP ? pair->value : NULL;
}

/* The name as the file writes it: with or without `lib`. */
static struct node *as_written(const struct setting *s, const struct node *map, struct node *name) {
    const char *other = strncmp(name->text, "lib", 3) == 0
                            ? name->text + 3
                            : arena_printf(s->arena, "lib%s", name->text);
    if (node_find(map, name->text) == NULL && node_find(map, other) != NULL) {
        name->text = other;
    }
    return name;
}

/* compartments.NAME.KEY or libraries.NAME.KEY: the name may hold dots itself, the key does not. */
static bool put_nested(const struct setting *s, struct node *root, const char *text, size_t size,
                       size_t first, struct node *value) {
    size_t last = size;
    while (text[last - 1] != '.') {
        last--;
    }
    struct node *block = word(s, text, first, 0);
    struct node *map = descend(s, root, block, strcmp(block->text, "libraries") == 0);
    if (map == NULL) {
        DIAG(s->loc, CONFIG_SET_PATH, NULL, block->text);
        return false;
    }
    bool compartments = strcmp(block->text, "compartments") == 0;
    if (last - 1 == first) { /* libraries.NAME=COMPARTMENT */
        struct node *name = word(s, text + first + 1, size - first - 1, first + 1);
        if (compartments || value->kind != NODE_SCALAR) {
            DIAG(s->loc, CONFIG_SET_PATH, NULL, arena_strndup(s->arena, text, size));
            return false;
        }
        name = as_written(s, map, name);
        put(s, descend(s, map, name, true), word(s, "compartment", 11, 0), value);
        return true;
    }
    struct node *name = word(s, text + first + 1, last - first - 2, first + 1);
    name = compartments ? name : as_written(s, map, name);
    struct node *keys = descend(s, map, name, !compartments);
    if (keys == NULL) {
        const char *names[64];
        size_t n = 0;
        for (; n < map->count && n < 64; n++) {
            names[n] = map->items[n].key->text;
        }
        DIAG(name->loc, CONFIG_SET_PATH, diag_nearest(name->text, names, n),
             arena_strndup(s->arena, text, last - 1));
        return false;
    }
    put(s, keys, word(s, text + last, size - last, last), value);
    return true;
}

bool shape_option(struct arena *arena, struct node *root, const struct config_option *option,
                  unsigned index) {
    struct setting s = {arena, {option->flag, index, 1}};
    const char *key = option->text, *value = option->text;
    size_t key_size;
    if (strcmp(option->flag, "--platform") == 0) {
        key = "platform";
        key_size = strlen(key);
    } else {
        const char *equals = strchr(key, '=');
        if (equals == NULL || equals == key || *key == '.' || equals[-1] == '.') {
            DIAG(s.loc, CONFIG_SET_FORM, NULL, key);
            return false;
        }
        key_size = (size_t)(equals - key);
        value = equals + 1;
    }
    struct node *node = yaml_load_text(arena, option->flag, index,
                                       1 + (unsigned)(value - option->text), value, strlen(value));
    if (node == NULL) {
        return false;
    }
    const char *dot = memchr(key, '.', key_size);
    if (dot != NULL) {
        return put_nested(&s, root, key, key_size, (size_t)(dot - key), node);
    }
    struct node *name = word(&s, key, key_size, 0);
    if (strcmp(name->text, "compartments") == 0 || strcmp(name->text, "libraries") == 0) {
        DIAG(s.loc, CONFIG_SET_PATH, NULL, name->text);
        return false;
    }
    put(&s, root, name, node);
    return true;
}
