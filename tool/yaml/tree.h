/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A YAML text as a tree whose nodes know their place. Only what configurations need: scalars, lists
 * and maps with unique scalar keys. Anchors, aliases, tags and several documents are refused, and
 * depth and size are limited, so that a hostile file costs no more than its length.
 */
#ifndef FLEXOS_TOOL_YAML_TREE_H
#define FLEXOS_TOOL_YAML_TREE_H

#include "diag/diag.h"
#include "util/mem.h"

#include <stdbool.h>

enum node_kind { NODE_NULL, NODE_SCALAR, NODE_LIST, NODE_MAP };

enum { YAML_MAX_BYTES = 1 << 20, YAML_MAX_DEPTH = 16 };

struct node;
struct pair {
    struct node *key; /* a scalar; NULL in a list */
    struct node *value;
};

struct node {
    enum node_kind kind;
    struct loc loc;
    const char *text; /* of a scalar; never holds a NUL inside; "" for NODE_NULL */
    struct pair *items;
    size_t count, room;
    struct loc end; /* just behind its last character; of a block, behind its last item */
    bool flow;      /* [..] or {..} */
};

/* The document's root, or NULL after a diagnostic. An empty file is a diagnostic too. */
struct node *yaml_load_file(struct arena *arena, const char *path);

/* The same for a text; FILE is the name for messages, line and column are those of its start. */
struct node *yaml_load_text(struct arena *arena, const char *file, unsigned line, unsigned column,
                            const char *text, size_t size);

struct node *node_new(struct arena *arena, enum node_kind kind, struct loc loc);
void node_add(struct arena *arena, struct node *parent, struct node *key, struct node *value);
struct pair *node_find(const struct node *map, const char *key);

/* "a list", "a map", "nothing" or "the word 'x'", for messages; from the arena. */
const char *node_describe(struct arena *arena, const struct node *node);

#endif
