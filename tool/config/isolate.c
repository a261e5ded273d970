/* SPDX-License-Identifier: BSD-3-Clause */
#include "config/isolate.h"

#include <stdlib.h>
#include <string.h>

#include "config/shape.h"
#include "util/file.h"
#include "util/str.h"

struct edit {
    size_t at, remove;
    const char *insert;
};

struct editor {
    struct arena arena;
    char *text;
    VEC(struct edit) edits;
    bool failed; /* a way of writing that is not understood */
};

/* Byte offset of a place: lines and columns count characters. */
static size_t offset_of(const struct editor *e, struct loc loc) {
    const char *p = e->text;
    for (unsigned line = 1; line < loc.line && p != NULL; line++) {
        p = strchr(p, '\n');
        p = p != NULL ? p + 1 : NULL;
    }
    if (p == NULL) {
        return strlen(e->text);
    }
    for (unsigned column = 1; column < loc.column && *p != '\0' && *p != '\n'; column++) {
        do {
            p++;
        } while (((unsigned char)*p & 0xC0) == 0x80);
    }
    return (size_t)(p - e->text);
}

static void edit(struct editor *e, size_t at, size_t remove, const char *insert) {
    vec_push(&e->edits, (struct edit){at, remove, insert});
}

static void replace(struct editor *e, const struct node *node, const char *with) {
    size_t at = offset_of(e, node->loc);
    edit(e, at, offset_of(e, node->end) - at, with);
}

static const char *spaces(struct editor *e, unsigned count) {
    return arena_printf(&e->arena, "%*s", (int)count, "");
}

/* Gives an entry of the shaped tree one more key, in the entry's own way of writing. */
static void add_key(struct editor *e, const struct pair *entry, const char *key,
                    const char *value) {
    const struct node *keys = entry->value;
    size_t at = offset_of(e, entry->key->end);
    if (keys->count > 0) {
        const struct node *first = keys->items[0].key;
        const char *gap =
            keys->flow ? ", " : arena_printf(&e->arena, "\n%s", spaces(e, first->loc.column - 1));
        edit(e, offset_of(e, first->loc), 0, arena_printf(&e->arena, "%s: %s%s", key, value, gap));
        return;
    }
    bool library = strcmp(key, "compartment") == 0;
    const char *short_form = library ? value : arena_printf(&e->arena, "{%s: %s}", key, value);
    size_t next = at + strspn(e->text + at, " ");
    if (e->text[next] != ':') {
        size_t line = at;
        while (line > 0 && e->text[line - 1] != '\n') {
            line--;
        }
        e->failed = e->failed || memmem(e->text + line, at - line, "name:", 5) != NULL;
        edit(e, at, 0, arena_printf(&e->arena, ": %s", short_form));
    } else if (e->text[next + 1 + strspn(e->text + next + 1, " ")] != '{') {
        edit(e, next + 1, 0, arena_printf(&e->arena, " %s", short_form));
    } else {
        size_t brace = next + 2 + strspn(e->text + next + 1, " ");
        edit(e, brace, 0, arena_printf(&e->arena, "%s: %s", key, value));
    }
}

static void set_key(struct editor *e, const struct pair *entry, const char *key,
                    const char *value) {
    const struct pair *old = node_find(entry->value, key);
    if (old != NULL && old->value->kind == NODE_SCALAR) {
        if (strcmp(old->value->text, value) != 0) {
            replace(e, old->value, value);
        }
    } else if (old != NULL) {
        e->failed = true;
    } else {
        add_key(e, entry, key, value);
    }
}

/*
 * Adds an entry at the end of a block: SHORT in brackets or as an item of a map, LONG_LINES
 * (without the first line's indentation, %s standing for it) as an item of a list.
 */
static void add_item(struct editor *e, const struct node *block, const char *short_form,
                     const char *const *lines, size_t count) {
    const struct node *last = block->items[block->count - 1].value;
    if (block->flow) {
        edit(e, offset_of(e, last->end), 0, arena_printf(&e->arena, ", %s", short_form));
        return;
    }
    struct strbuf sb = {0};
    const char *indent = spaces(e, block->loc.column - 1);
    size_t at = offset_of(e, last->end);
    at += strcspn(e->text + at, "\n"); /* a comment behind the last item stays there */
    if (block->kind == NODE_MAP) {
        sb_printf(&sb, "\n%s%s", indent, short_form);
    } else {
        for (size_t i = 0; i < count; i++) {
            sb_printf(&sb, "\n%s%s%s", indent, i == 0 ? "- " : "  ", lines[i]);
        }
    }
    char *text = sb_take(&sb);
    edit(e, at, 0, arena_strdup(&e->arena, text));
    free(text);
}

/* Whether the entry says `default: true` in one of its spellings. */
static bool is_default(const struct pair *entry) {
    const struct pair *said = node_find(entry->value, "default");
    return said != NULL && strchr("tTyYoO", said->value->text[0]) != NULL &&
           strcasecmp(said->value->text, "off") != 0;
}

static void edit_compartments(struct editor *e, const struct node *raw, const struct node *shaped,
                              const char *name, const char *mechanism) {
    const struct pair *block = node_find(shaped, "compartments");
    const char *lines[] = {arena_printf(&e->arena, "%s:", name != NULL ? name : "main"),
                           arena_printf(&e->arena, "mechanism: %s", mechanism)};
    if (block == NULL) {
        const struct pair *libraries = node_find(shaped, "libraries");
        e->failed = e->failed || shaped->flow || libraries->key->loc.column != 1;
        edit(e, offset_of(e, libraries->key->loc), 0,
             arena_printf(
                 &e->arena, "compartments:\n- main:\n  %s\n  default: true\n%s", lines[1],
                 name == NULL ? "" : arena_printf(&e->arena, "- %s\n  %s\n", lines[0], lines[1])));
        return;
    }
    const struct node *map = block->value;
    for (size_t i = 0; i < map->count; i++) {
        set_key(e, &map->items[i], "mechanism", mechanism);
    }
    if (map->count == 1 && !is_default(&map->items[0])) {
        set_key(e, &map->items[0], "default", "true");
    }
    if (name == NULL) {
        return;
    }
    add_item(e, node_find(raw, "compartments")->value,
             arena_printf(&e->arena, "%s: {%s}", name, lines[1]), lines, 2);
}

static void edit_libraries(struct editor *e, const struct config *config, const struct node *raw,
                           const struct node *shaped, const char *library, const char *name) {
    const struct node *map = node_find(shaped, "libraries")->value;
    for (size_t i = 0; i < config->library_count; i++) {
        if (strcmp(config->libraries[i].name, library) == 0) {
            set_key(e, node_find(map, config->libraries[i].written), "compartment", name);
            return;
        }
    }
    const char *line = arena_printf(&e->arena, "%s: %s", library, name);
    add_item(e, node_find(raw, "libraries")->value, line, &line, 1);
}

static int by_place(const void *a, const void *b) {
    size_t x = ((const struct edit *)a)->at, y = ((const struct edit *)b)->at;
    return (x > y) - (x < y);
}

/* Edits do not overlap; two at one place are applied in the order in which they were made. */
static char *apply(struct editor *e) {
    struct strbuf sb = {0};
    size_t done = 0;
    qsort(e->edits.v, e->edits.n, sizeof *e->edits.v, by_place);
    for (size_t i = 0; i < e->edits.n; i++) {
        const struct edit *one = &e->edits.v[i];
        sb_add_n(&sb, e->text + done, one->at - done);
        sb_add(&sb, one->insert);
        done = one->at + one->remove;
    }
    sb_add(&sb, e->text + done);
    return sb_take(&sb);
}

char *isolate_text(const struct config *config, const char *library, const char *name,
                   enum mechanism mechanism) {
    struct editor e = {0};
    size_t size;
    char *result = NULL;
    if (file_read(config->path, YAML_MAX_BYTES, &e.text, &size) != 0) {
        return NULL;
    }
    struct node *raw = yaml_load_text(&e.arena, config->path, 1, 1, e.text, size);
    struct node *shaped = yaml_load_text(&e.arena, config->path, 1, 1, e.text, size);
    if (raw != NULL && shaped != NULL && shape_file(&e.arena, shaped)) {
        edit_compartments(&e, raw, shaped, name, mechanism_name(mechanism));
        if (name != NULL) {
            edit_libraries(&e, config, raw, shaped, library, name);
        }
        result = e.failed ? NULL : apply(&e);
    }
    vec_free(&e.edits);
    free(e.text);
    arena_free(&e.arena);
    return result;
}
