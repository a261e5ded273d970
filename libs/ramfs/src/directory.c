/* SPDX-License-Identifier: BSD-3-Clause */
/* The names of a directory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "inode.h"

#define TOMBSTONE UINT32_MAX
#define FIRST_COOKIE 3u /* 1 and 2 are "." and ".." */

static uint32_t hash_of(const char *name, size_t length) {
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    }
    return hash ^ hash >> 15;
}

/* The place in the table that leads to `name`, or NULL. */
static uint32_t *find_place(struct directory *d, const char *name, size_t length, uint32_t hash) {
    size_t at, mask = d->table_size - 1;

    if (!d->table_size) {
        return NULL;
    }
    for (at = hash & mask; d->table[at]; at = (at + 1) & mask) {
        struct entry *e;

        if (d->table[at] == TOMBSTONE) {
            continue;
        }
        e = d->entries[d->table[at] - 1];
        if (e->hash == hash && e->length == length && memcmp(e->name, name, length) == 0) {
            return &d->table[at];
        }
    }
    return NULL;
}

struct entry *directory_find(struct directory *d, const char *name) {
    size_t length = strlen(name);
    uint32_t *place = find_place(d, name, length, hash_of(name, length));

    return place ? d->entries[*place - 1] : NULL;
}

static void insert(struct directory *d, uint32_t hash, uint32_t index) {
    size_t at, mask = d->table_size - 1;

    for (at = hash & mask; d->table[at]; at = (at + 1) & mask) {
    }
    d->table[at] = index + 1;
    d->table_filled++;
}

/* Makes the table anew with room for `wanted` names, without tombstones. */
static bool rebuild(struct directory *d, size_t wanted) {
    size_t size = 8;
    uint32_t *table;

    while (size < wanted * 2) {
        size *= 2;
    }
    table = calloc(size, sizeof(*table));
    if (!table) {
        return false;
    }
    free(d->table);
    d->table = table;
    d->table_size = size;
    d->table_filled = 0;
    for (size_t i = 0; i < d->used; i++) {
        if (d->entries[i]) {
            insert(d, d->entries[i]->hash, (uint32_t)i);
        }
    }
    return true;
}

/* Room for one more entry: first by closing gaps, then by growing. */
static bool make_room(struct directory *d) {
    if (d->used == d->capacity && d->live < d->used / 2) {
        size_t to = 0;

        for (size_t i = 0; i < d->used; i++) {
            if (d->entries[i]) {
                d->entries[to++] = d->entries[i];
            }
        }
        d->used = to;
        return rebuild(d, d->live + 1);
    }
    if (d->used == d->capacity) {
        size_t capacity = d->capacity ? d->capacity * 2 : 8;
        struct entry **entries = realloc(d->entries, capacity * sizeof(*entries));

        if (!entries) {
            return false;
        }
        d->entries = entries;
        d->capacity = capacity;
    }
    return (d->table_filled + 1) * 4 <= d->table_size * 3 || rebuild(d, d->live + 1);
}

static uint8_t type_of(unsigned mode) {
    return (uint8_t)((mode & S_IFMT) >> 12); /* DT_* are the S_IFMT numbers */
}

int directory_add(struct directory *d, const char *name, uint64_t node, unsigned mode) {
    size_t length = strlen(name);
    struct entry *e;

    if (!make_room(d)) {
        return -ENOMEM;
    }
    e = malloc(sizeof(*e) + length + 1);
    if (!e) {
        return -ENOMEM;
    }
    if (!d->last_cookie) {
        d->last_cookie = FIRST_COOKIE - 1;
    }
    e->cookie = ++d->last_cookie;
    e->node = node;
    e->hash = hash_of(name, length);
    e->type = type_of(mode);
    e->length = (uint8_t)length;
    memcpy(e->name, name, length + 1);
    d->entries[d->used] = e;
    insert(d, e->hash, (uint32_t)d->used++);
    d->live++;
    return 0;
}

void directory_remove(struct directory *d, struct entry *entry) {
    uint32_t *place = find_place(d, entry->name, entry->length, entry->hash);

    d->entries[*place - 1] = NULL;
    *place = TOMBSTONE;
    d->live--;
    free(entry);
    while (d->used && !d->entries[d->used - 1]) {
        d->used--;
    }
}

void directory_free(struct directory *d) {
    for (size_t i = 0; i < d->used; i++) {
        free(d->entries[i]);
    }
    free(d->entries);
    free(d->table);
}

const char *directory_name_of(const struct directory *d, uint64_t node) {
    for (size_t i = 0; i < d->used; i++) {
        if (d->entries[i] && d->entries[i]->node == node) {
            return d->entries[i]->name;
        }
    }
    return NULL;
}

/* Index of the first entry whose cookie is larger, gaps included. Gaps have no cookie, so the
 * search looks to their right. */
size_t directory_after(const struct directory *d, uint64_t cookie) {
    size_t low = 0, high = d->used;

    while (low < high) {
        size_t middle = low + (high - low) / 2, probe = middle;

        while (probe < high && !d->entries[probe]) {
            probe++;
        }
        if (probe == high || d->entries[probe]->cookie > cookie) {
            high = middle;
        } else {
            low = probe + 1;
        }
    }
    return low;
}
