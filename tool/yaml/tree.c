/* SPDX-License-Identifier: BSD-3-Clause */
#include "yaml/tree.h"

#include <string.h>

struct node *node_new(struct arena *arena, enum node_kind kind, struct loc loc) {
    struct node *node = arena_alloc(arena, sizeof *node);
    node->kind = kind;
    node->loc = loc;
    node->text = "";
    node->end = loc;
    return node;
}

void node_add(struct arena *arena, struct node *parent, struct node *key, struct node *value) {
    if (parent->count == parent->room) {
        size_t room = parent->room ? 2 * parent->room : 4;
        struct pair *items = arena_alloc(arena, room * sizeof *items);
        if (parent->count > 0) {
            memcpy(items, parent->items, parent->count * sizeof *items);
        }
        parent->items = items;
        parent->room = room;
    }
    parent->items[parent->count++] = (struct pair){key, value};
}

struct pair *node_find(const struct node *map, const char *key) {
    for (size_t i = 0; map->kind == NODE_MAP && i < map->count; i++) {
        if (strcmp(map->items[i].key->text, key) == 0) {
            return &map->items[i];
        }
    }
    return NULL;
}

const char *node_describe(struct arena *arena, const struct node *node) {
    switch (node->kind) {
    case NODE_NULL:
        return "nothing";
    case NODE_LIST:
        return "a list";
    case NODE_MAP:
        return "a map";
    default:
        return arena_printf(arena, "'%.60s'%s", node->text, strlen(node->text) > 60 ? "..." : "");
    }
}
