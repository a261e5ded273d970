/* SPDX-License-Identifier: BSD-3-Clause */
#include "yaml/read.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "util/str.h"

const char *word_list(struct arena *arena, const char *const *words, size_t count) {
    struct strbuf sb = {0};
    sb_add(&sb, count > 1 ? "one of " : "");
    for (size_t i = 0; i < count; i++) {
        sb_add(&sb, i == 0 ? "" : i + 1 == count ? " or " : ", ");
        sb_add(&sb, words[i]);
    }
    char *text = sb_take(&sb);
    const char *copy = arena_strdup(arena, text);
    free(text);
    return copy;
}

bool read_keys(struct arena *arena, const struct node *map, const char *where,
               const char *const *keys, size_t count) {
    bool good = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct node *key = map->items[i].key;
        size_t k = 0;
        while (k < count && strcmp(keys[k], key->text) != 0) {
            k++;
        }
        if (k == count) {
            DIAG(key->loc, VALUE_KEY, diag_nearest(key->text, keys, count), key->text, where,
                 word_list(arena, keys, count));
            good = false;
        }
    }
    return good;
}

bool read_text(struct arena *arena, const struct node *node, const char *key, const char *expected,
               const char **text) {
    if (node->kind != NODE_SCALAR) {
        DIAG(node->loc, VALUE_TYPE, NULL, node_describe(arena, node), key, expected);
        return false;
    }
    *text = node->text;
    return true;
}

bool read_word(struct arena *arena, const struct node *node, const char *key,
               const char *const *words, size_t count, unsigned *index) {
    const char *text;
    const char *expected = word_list(arena, words, count);
    if (!read_text(arena, node, key, expected, &text)) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            *index = i;
            return true;
        }
    }
    DIAG(node->loc, VALUE_WORD, diag_nearest(text, words, count), text, key, expected);
    return false;
}

bool read_bool(struct arena *arena, const struct node *node, const char *key, bool *value) {
    static const char *const words[] = {"true", "false"};
    static const char *const yes[] = {"true", "yes", "on"}, *const no[] = {"false", "no", "off"};
    for (size_t i = 0; i < 3 && node->kind == NODE_SCALAR; i++) {
        if (strcasecmp(node->text, yes[i]) == 0) {
            *value = true;
            return true;
        }
        if (strcasecmp(node->text, no[i]) == 0) {
            *value = false;
            return true;
        }
    }
    unsigned index;
    return read_word(arena, node, key, words, 2, &index);
}

/* The power of two of a unit (K, M, G, optionally with i, B or iB), or -1. */
static int unit_shift(const char *unit) {
    static const char letters[] = "KMG";
    if (*unit == '\0' || strcmp(unit, "B") == 0) {
        return 0;
    }
    const char *letter = strchr(letters, toupper((unsigned char)*unit));
    if (letter == NULL) {
        return -1;
    }
    unit++;
    unit += *unit == 'i';
    unit += *unit == 'B';
    return *unit == '\0' ? 10 * (int)(letter - letters + 1) : -1;
}

bool read_size(struct arena *arena, const struct node *node, const char *key, uint64_t *value) {
    const char *text;
    if (!read_text(arena, node, key, "a size such as 64M", &text)) {
        return false;
    }
    size_t digits = strspn(text, "0123456789");
    int shift = unit_shift(text + digits);
    if (digits == 0 || digits > 12 || shift < 0) {
        DIAG(node->loc, VALUE_SIZE, NULL, text, key);
        return false;
    }
    uint64_t n = 0;
    for (size_t i = 0; i < digits; i++) {
        n = 10 * n + (uint64_t)(text[i] - '0');
    }
    if (n > UINT64_MAX >> shift) {
        DIAG(node->loc, VALUE_SIZE, NULL, text, key);
        return false;
    }
    *value = n << shift;
    return true;
}

bool is_name(const char *text) {
    size_t n = strlen(text);
    return n >= 1 && n <= 40 && isalnum((unsigned char)text[0]) &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.") == n;
}
