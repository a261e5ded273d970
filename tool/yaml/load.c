/* SPDX-License-Identifier: BSD-3-Clause */
/* Builds the tree from libyaml's events. */
#include "yaml/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "util/file.h"

struct loader {
    struct arena *arena;
    yaml_parser_t parser;
    const char *file;
    unsigned line, column; /* where the text starts */
    const char *text;
    size_t size;
};

static struct loc place(const struct loader *l, yaml_mark_t mark) {
    unsigned column = (unsigned)mark.column + (mark.line == 0 ? l->column : 1);
    return (struct loc){l->file, l->line + (unsigned)mark.line, column};
}

/* The place of a byte offset, where libyaml gives no line. */
static struct loc place_of_offset(const struct loader *l, size_t offset) {
    yaml_mark_t mark = {0, 0, 0};
    for (size_t i = 0; i < offset && i < l->size; i++) {
        if (l->text[i] == '\n') {
            mark.line++;
            mark.column = 0;
        } else if (((unsigned char)l->text[i] & 0xC0) != 0x80) {
            mark.column++; /* columns count characters, not bytes */
        }
    }
    return place(l, mark);
}

static void report_parser_error(const struct loader *l) {
    const yaml_parser_t *p = &l->parser;
    if (p->error == YAML_READER_ERROR) {
        size_t at = p->problem_offset < l->size ? p->problem_offset : l->size;
        DIAG(place_of_offset(l, at), YAML_ENCODING, NULL,
             at < l->size ? (unsigned)(unsigned char)l->text[at] : 0U);
    } else if (p->context != NULL && p->context_mark.line != p->problem_mark.line) {
        DIAG(place(l, p->problem_mark), YAML_SYNTAX, NULL,
             arena_printf(l->arena, "%s (%s that began in line %u)", p->problem, p->context,
                          l->line + (unsigned)p->context_mark.line));
    } else {
        DIAG(place(l, p->problem_mark), YAML_SYNTAX, NULL,
             p->problem != NULL ? p->problem : "the text breaks off");
    }
}

static bool next(struct loader *l, yaml_event_t *event) {
    if (!yaml_parser_parse(&l->parser, event)) {
        report_parser_error(l);
        return false;
    }
    return true;
}

static bool is_null(const yaml_event_t *event) {
    const char *s = (const char *)event->data.scalar.value;
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (*s == '\0' || strcmp(s, "~") == 0 || strcmp(s, "null") == 0);
}

/* What configurations do not use: anchors and tags. */
static bool plain(const struct loader *l, const yaml_event_t *event, const yaml_char_t *anchor,
                  const yaml_char_t *tag) {
    struct loc loc = place(l, event->start_mark);
    if (anchor != NULL) {
        DIAG(loc, YAML_ANCHOR, NULL, (const char *)anchor);
        return false;
    }
    if (tag != NULL) {
        DIAG(loc, YAML_TAG, NULL, (const char *)tag);
        return false;
    }
    return true;
}

static struct node *load_node(struct loader *l, yaml_event_t *event, unsigned depth);

static struct node *load_scalar(struct loader *l, const yaml_event_t *event) {
    struct loc loc = place(l, event->start_mark);
    if (!plain(l, event, event->data.scalar.anchor, event->data.scalar.tag)) {
        return NULL;
    }
    if (memchr(event->data.scalar.value, 0, event->data.scalar.length) != NULL) {
        DIAG(loc, YAML_NUL, NULL);
        return NULL;
    }
    struct node *node = node_new(l->arena, is_null(event) ? NODE_NULL : NODE_SCALAR, loc);
    if (node->kind == NODE_SCALAR) {
        node->text = arena_strndup(l->arena, (const char *)event->data.scalar.value,
                                   event->data.scalar.length);
    }
    node->end = place(l, event->end_mark);
    return node;
}

static bool add_pair(struct loader *l, struct node *map, struct node *key, struct node *value) {
    struct pair *old = node_find(map, key->text);
    if (old != NULL) {
        DIAG(key->loc, YAML_DUPLICATE, NULL, key->text, old->key->loc.line);
        return false;
    }
    node_add(l->arena, map, key, value);
    return true;
}

/* Loads the items up to the end event; keys and values alternate in a map. */
static struct node *load_items(struct loader *l, struct node *node, yaml_event_type_t end,
                               unsigned depth) {
    struct node *key = NULL;
    for (;;) {
        yaml_event_t event;
        if (!next(l, &event)) {
            return NULL;
        }
        if (event.type == end) {
            node->end = node->flow || node->count == 0 ? place(l, event.end_mark)
                                                       : node->items[node->count - 1].value->end;
            yaml_event_delete(&event);
            return node;
        }
        struct node *item = load_node(l, &event, depth + 1);
        yaml_event_delete(&event);
        if (item == NULL) {
            return NULL;
        }
        if (node->kind == NODE_LIST) {
            node_add(l->arena, node, NULL, item);
        } else if (key == NULL) {
            if (item->kind != NODE_SCALAR) {
                DIAG(item->loc, YAML_KEY, NULL, node_describe(l->arena, item));
                return NULL;
            }
            key = item;
        } else {
            if (!add_pair(l, node, key, item)) {
                return NULL;
            }
            key = NULL;
        }
    }
}

static struct node *load_node(struct loader *l, yaml_event_t *event, unsigned depth) {
    struct loc loc = place(l, event->start_mark);
    struct node *node;
    if (depth > YAML_MAX_DEPTH) {
        DIAG(loc, YAML_DEPTH, NULL, YAML_MAX_DEPTH);
        return NULL;
    }
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return load_scalar(l, event);
    case YAML_SEQUENCE_START_EVENT:
        if (!plain(l, event, event->data.sequence_start.anchor, event->data.sequence_start.tag)) {
            return NULL;
        }
        node = node_new(l->arena, NODE_LIST, loc);
        node->flow = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
        return load_items(l, node, YAML_SEQUENCE_END_EVENT, depth);
    case YAML_MAPPING_START_EVENT:
        if (!plain(l, event, event->data.mapping_start.anchor, event->data.mapping_start.tag)) {
            return NULL;
        }
        node = node_new(l->arena, NODE_MAP, loc);
        node->flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
        return load_items(l, node, YAML_MAPPING_END_EVENT, depth);
    case YAML_ALIAS_EVENT:
        DIAG(loc, YAML_ALIAS, NULL, (const char *)event->data.alias.anchor);
        return NULL;
    default:
        DIAG(loc, YAML_SYNTAX, NULL, "something that is no value");
        return NULL;
    }
}

/* A stream of exactly one document. */
static struct node *load_document(struct loader *l) {
    struct node *root = NULL;
    for (;;) {
        yaml_event_t event;
        if (!next(l, &event)) {
            return NULL;
        }
        yaml_event_type_t type = event.type;
        if (type == YAML_STREAM_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        if (type == YAML_DOCUMENT_START_EVENT && root != NULL) {
            DIAG(place(l, event.start_mark), YAML_DOCUMENTS, NULL);
            yaml_event_delete(&event);
            return NULL;
        }
        if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT &&
            type != YAML_DOCUMENT_END_EVENT) {
            root = load_node(l, &event, 1);
            if (root == NULL) {
                yaml_event_delete(&event);
                return NULL;
            }
        }
        yaml_event_delete(&event);
    }
    return root;
}

/* Mistakes that libyaml reports in words that do not help. */
static bool characters_ok(const struct loader *l) {
    const char *nul = memchr(l->text, 0, l->size);
    if (nul != NULL) {
        DIAG(place_of_offset(l, (size_t)(nul - l->text)), YAML_NUL, NULL);
        return false;
    }
    for (const char *line = l->text; line != NULL && *line != '\0';) {
        size_t blank = strspn(line, " ");
        if (line[blank] == '\t' && line[blank + strspn(line + blank, " \t")] != '\n') {
            DIAG(place_of_offset(l, (size_t)(line + blank - l->text)), YAML_TAB, NULL);
            return false;
        }
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return true;
}

struct node *yaml_load_text(struct arena *arena, const char *file, unsigned line, unsigned column,
                            const char *text, size_t size) {
    struct loader l = {
        .arena = arena, .file = file, .line = line, .column = column, .text = text, .size = size};
    if (size > YAML_MAX_BYTES) {
        DIAG(LOC_FILE(file), YAML_TOO_BIG, NULL, YAML_MAX_BYTES / 1024);
        return NULL;
    }
    if (!characters_ok(&l)) {
        return NULL;
    }
    if (!yaml_parser_initialize(&l.parser)) {
        DIAG(LOC_FILE(file), YAML_SYNTAX, NULL, "the YAML parser did not start");
        return NULL;
    }
    yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&l.parser, (const unsigned char *)text, size);
    unsigned before = diag_errors();
    struct node *root = load_document(&l);
    yaml_parser_delete(&l.parser);
    if (diag_errors() != before) {
        return NULL;
    }
    if (root == NULL) {
        DIAG(LOC_FILE(file), YAML_EMPTY, NULL);
    }
    return root;
}

struct node *yaml_load_file(struct arena *arena, const char *path) {
    char *text;
    size_t size;
    int error = file_read(path, YAML_MAX_BYTES, &text, &size);
    if (error == -EFBIG) {
        DIAG(LOC_FILE(path), YAML_TOO_BIG, NULL, YAML_MAX_BYTES / 1024);
        return NULL;
    }
    if (error != 0) {
        DIAG(LOC_FILE(path), YAML_READ, NULL, strerror(-error));
        return NULL;
    }
    struct node *root = yaml_load_text(arena, arena_strdup(arena, path), 1, 1, text, size);
    free(text);
    return root;
}
