/* SPDX-License-Identifier: BSD-3-Clause */
/* The pages of a file, in a radix tree that grows upwards with the file: one page needs no table at
 * all. */
#include <stdlib.h>
#include <string.h>

#include "inode.h"

/* Whether a tree of this height has a place for page `index`. */
static bool fits(unsigned height, uint64_t index) {
    return height * RADIX_BITS >= 64 || index >> (height * RADIX_BITS) == 0;
}

static size_t place_in(uint64_t index, unsigned level) {
    return (index >> ((level - 1) * RADIX_BITS)) & (RADIX - 1);
}

char *content_page(struct content *c, uint64_t index) {
    void *at = c->root;
    unsigned level;

    if (!fits(c->height, index)) {
        return NULL;
    }
    for (level = c->height; level && at; level--) {
        at = ((void **)at)[place_in(index, level)];
    }
    return at;
}

static bool grow(struct content *c, uint64_t index) {
    while (!fits(c->height, index)) {
        if (c->root) {
            void **table = calloc(RADIX, sizeof(*table));

            if (!table) {
                return false;
            }
            table[0] = c->root;
            c->root = table;
        }
        c->height++;
    }
    return true;
}

char *content_page_make(struct content *c, uint64_t index, bool whole) {
    void **at = &c->root;
    unsigned level;

    if (!grow(c, index)) {
        return NULL;
    }
    for (level = c->height; level; level--) {
        if (!*at && !(*at = calloc(RADIX, sizeof(void *)))) {
            return NULL;
        }
        at = &((void **)*at)[place_in(index, level)];
    }
    if (!*at) {
        *at = malloc(PAGE);
        if (!*at) {
            return NULL;
        }
        if (!whole) {
            memset(*at, 0, PAGE);
        }
        c->pages++;
    }
    return *at;
}

/* Frees pages [first, end) of the subtree `at`, whose first page is number `base`. Recursion is as
 * deep as the tree: at most 8. */
static void cut(struct content *c, void **at, unsigned level, uint64_t base, uint64_t first,
                uint64_t end) {
    uint64_t span = level ? 1ull << ((level - 1) * RADIX_BITS) : 1;
    bool empty = true;

    if (!*at) {
        return;
    }
    if (level == 0) {
        free(*at);
        *at = NULL;
        c->pages--;
        return;
    }
    for (size_t i = 0; i < RADIX; i++) {
        uint64_t low = base + i * span;
        void **child = (void **)*at + i;

        if (*child && low < end && low + (span - 1) >= first) {
            cut(c, child, level - 1, low, first, end);
        }
        empty = empty && !*child;
    }
    if (empty) {
        free(*at);
        *at = NULL;
    }
}

void content_cut(struct content *c, uint64_t first, uint64_t end) {
    if (first < end && (first == 0 || c->height)) { /* a root that is a page is page 0 */
        cut(c, &c->root, c->height, 0, first, end);
        if (!c->root) {
            c->height = 0;
        }
    }
}

void content_free(struct content *c) {
    content_cut(c, 0, UINT64_MAX);
}
