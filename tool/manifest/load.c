/* SPDX-License-Identifier: BSD-3-Clause */
/* manifest_load: one lib.yaml on its own. */
#include "manifest/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "manifest/check.h"
#include "util/file.h"
#include "yaml/read.h"

enum key_kind { KEY_TEXTS, KEY_BOOL, KEY_OTHER };

static const struct key {
    const char *name;
    enum key_kind kind;
    size_t offset;
} keys[] = {
#define MANIFEST_KEY(name, kind, member, meaning)                                                  \
    {name, KEY_##kind, offsetof(struct manifest, member)},
#include "manifest/keys.def"
#undef MANIFEST_KEY
};
enum { KEYS = sizeof keys / sizeof *keys };

static const char *const kinds[] = {"app", "library", "core", "platform"};

const char *manifest_kind_name(enum manifest_kind kind) {
    return kinds[kind];
}

static bool read_one(struct manifest *m, const struct node *node, const char *key,
                     struct text *text) {
    text->loc = node->loc;
    return read_text(&m->arena, node, key, "a word", &text->text);
}

/* A list of words, or one word alone; nothing is an empty list. */
static bool read_texts(struct manifest *m, const struct node *node, const char *key,
                       struct texts *texts) {
    texts->loc = node->loc;
    texts->present = true;
    if (node->kind == NODE_MAP) {
        DIAG(node->loc, VALUE_TYPE, NULL, "a map", key, "a list of words");
        return false;
    }
    size_t count = node->kind == NODE_LIST ? node->count : node->kind == NODE_SCALAR;
    texts->v = arena_alloc(&m->arena, count * sizeof *texts->v);
    for (size_t i = 0; i < count; i++) {
        const struct node *item = node->kind == NODE_LIST ? node->items[i].value : node;
        if (!read_one(m, item, key, &texts->v[texts->n])) {
            return false;
        }
        for (size_t j = 0; j < texts->n && manifest_key_is_set(key); j++) {
            if (strcmp(texts->v[j].text, item->text) == 0) {
                DIAG(item->loc, MANIFEST_TWICE, NULL, item->text, key, texts->v[j].loc.line);
                return false;
            }
        }
        texts->n++;
    }
    return true;
}

static bool read_source(struct manifest *m, const struct node *node) {
    static const char *const names[] = {"package", "version", "orig-sha256"};
    struct text *targets[] = {&m->source.package, &m->source.version, &m->source.orig_sha256};
    m->source.loc = node->loc;
    if (node->kind != NODE_MAP) {
        DIAG(node->loc, VALUE_TYPE, NULL, node_describe(&m->arena, node), "source",
             "a map of package, version and orig-sha256");
        return false;
    }
    bool good = read_keys(&m->arena, node, "'source'", names, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct pair *pair = node_find(node, names[i]);
        if (pair == NULL) {
            DIAG(
                node->loc, MANIFEST_MISSING, NULL, names[i], "'source'",
                "a Debian source package with its version and the SHA-256 of its upstream tarball");
            good = false;
        } else {
            good = read_one(m, pair->value, names[i], targets[i]) && good;
        }
    }
    return good;
}

static bool read_stateless(struct manifest *m, const struct node *node) {
    static const char *const names[] = {"never", "always"};
    if (node->kind != NODE_MAP) {
        DIAG(node->loc, VALUE_TYPE, NULL, node_describe(&m->arena, node), "stateless",
             "a map of never and always");
        return false;
    }
    const struct pair *never = node_find(node, "never"), *always = node_find(node, "always");
    return read_keys(&m->arena, node, "'stateless'", names, 2) &&
           (never == NULL || read_texts(m, never->value, "never", &m->stateless_never)) &&
           (always == NULL || read_texts(m, always->value, "always", &m->stateless_always));
}

/* NAME, a pattern, or `PUBLIC: SYMBOL`. */
static bool read_export(struct manifest *m, const struct pair *item) {
    const struct node *name = item->key, *symbol = item->key != NULL ? item->value : NULL;
    if (name == NULL && item->value->kind == NODE_MAP && item->value->count == 1) {
        name = item->value->items[0].key;
        symbol = item->value->items[0].value;
    } else if (name == NULL) {
        name = item->value;
    }
    if (name->kind != NODE_SCALAR || (symbol != NULL && symbol->kind != NODE_SCALAR)) {
        const struct node *wrong = name->kind != NODE_SCALAR ? name : symbol;
        DIAG(wrong->loc, MANIFEST_EXPORT, NULL, node_describe(&m->arena, wrong));
        return false;
    }
    for (size_t i = 0; i < m->export_count; i++) {
        if (strcmp(m->exports[i].name, name->text) == 0) {
            DIAG(name->loc, MANIFEST_TWICE, NULL, name->text, "exports", m->exports[i].loc.line);
            return false;
        }
    }
    m->exports[m->export_count++] =
        (struct manifest_export){name->text, symbol != NULL ? symbol->text : NULL, name->loc};
    return true;
}

static bool read_exports(struct manifest *m, const struct node *node) {
    struct pair alone = {NULL, (struct node *)node};
    bool list = node->kind == NODE_LIST || node->kind == NODE_MAP;
    size_t count = list ? node->count : node->kind == NODE_SCALAR;
    bool good = true;
    m->exports_present = true;
    m->exports = arena_alloc(&m->arena, count * sizeof *m->exports);
    for (size_t i = 0; i < count; i++) {
        good = read_export(m, list ? &node->items[i] : &alone) && good;
    }
    return good;
}

static bool read_other(struct manifest *m, const char *key, const struct node *node) {
    static const char *const constants[] = {"shared", "private"};
    static const char *const passes[] = {"annotated", "auto", "none"};
    unsigned index;
    if (strcmp(key, "name") == 0) {
        bool good = read_one(m, node, key, &m->name);
        if (good && !is_name(m->name.text)) {
            DIAG(node->loc, VALUE_NAME, NULL, m->name.text);
            m->name.text = NULL;
        }
        return good && m->name.text != NULL;
    }
    if (strcmp(key, "kind") == 0) {
        m->kind_loc = node->loc;
        bool good = read_word(&m->arena, node, key, kinds, 4, &index);
        m->kind = good ? (enum manifest_kind)index : m->kind;
        return good;
    }
    if (strcmp(key, "source") == 0) {
        return read_source(m, node);
    }
    if (strcmp(key, "prepare") == 0) {
        return read_one(m, node, key, &m->prepare);
    }
    if (strcmp(key, "exports") == 0) {
        return read_exports(m, node);
    }
    if (strcmp(key, "stateless") == 0) {
        return read_stateless(m, node);
    }
    if (strcmp(key, "constants") == 0) {
        bool good = read_word(&m->arena, node, key, constants, 2, &index);
        m->constants_private = good && index == 1;
        return good;
    }
    bool good = read_word(&m->arena, node, key, passes, 3, &index); /* "pass" */
    m->pass = good ? (enum manifest_pass)index : m->pass;
    return good;
}

static bool read_key(struct manifest *m, const struct key *key, const struct node *node) {
    void *member = (char *)m + key->offset;
    switch (key->kind) {
    case KEY_TEXTS:
        return read_texts(m, node, key->name, member);
    case KEY_BOOL:
        return read_bool(&m->arena, node, key->name, member);
    default:
        return read_other(m, key->name, node);
    }
}

static const struct key *find_key(const char *name) {
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(keys[i].name, name) == 0) {
            return &keys[i];
        }
    }
    return NULL;
}

static bool read_tree(struct manifest *m, const struct node *root) {
    const char *names[KEYS];
    if (root->kind != NODE_MAP) {
        DIAG(root->loc, VALUE_TYPE, NULL, node_describe(&m->arena, root), "the manifest",
             "a map with `name` and `kind`");
        return false;
    }
    for (size_t i = 0; i < KEYS; i++) {
        names[i] = keys[i].name;
    }
    bool good = read_keys(&m->arena, root, "the manifest", names, KEYS);
    for (size_t i = 0; i < root->count; i++) {
        const struct key *key = find_key(root->items[i].key->text);
        good = (key == NULL || read_key(m, key, root->items[i].value)) && good;
    }
    if (node_find(root, "name") == NULL) {
        DIAG(root->loc, MANIFEST_MISSING, NULL, "name", "the manifest", "the library's name");
        good = false;
    }
    if (node_find(root, "kind") == NULL) {
        DIAG(root->loc, MANIFEST_MISSING, NULL, "kind", "the manifest",
             word_list(&m->arena, kinds, sizeof kinds / sizeof *kinds));
        good = false;
    }
    return good && manifest_check(m, root);
}

struct manifest *manifest_load(const char *path) {
    struct manifest *m = xcalloc(1, sizeof *m);
    char *directory = path_directory(path);
    m->path = arena_strdup(&m->arena, path);
    m->directory = arena_strdup(&m->arena, directory);
    free(directory);
    const struct node *root = yaml_load_file(&m->arena, path);
    if (root == NULL || !read_tree(m, root)) {
        manifest_free(m);
        return NULL;
    }
    return m;
}

void manifest_free(struct manifest *manifest) {
    if (manifest != NULL) {
        struct arena arena = manifest->arena;
        free(manifest);
        arena_free(&arena);
    }
}
