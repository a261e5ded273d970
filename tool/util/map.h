/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Hash map from strings to pointers, insertion order kept for iteration. Keys are not copied and
 * must outlive the map. There is no removal.
 */
#ifndef FLEXOS_TOOL_UTIL_MAP_H
#define FLEXOS_TOOL_UTIL_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_entry {
    const char *key;
    void *value;
};

struct map {
    struct map_entry *entries; /* in insertion order */
    size_t n, room;
    uint32_t *slots; /* index + 1 into entries, 0 = free */
    size_t slot_count;
};

void *map_get(const struct map *map, const char *key); /* NULL when absent */
void **map_put(struct map *map, const char *key);      /* the slot, new ones are NULL */
void map_free(struct map *map);                        /* not the values */

#endif
