/* SPDX-License-Identifier: BSD-3-Clause */
#include "util/map.h"

#include "util/mem.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(const char *key) {
    uint64_t h = 0xcbf29ce484222325; /* FNV-1a */
    for (; *key != '\0'; key++) {
        h = (h ^ (unsigned char)*key) * 0x100000001b3;
    }
    return h ^ h >> 29;
}

/* The slot that holds the key, or the free one where it would go. */
static size_t slot_of(const struct map *map, const char *key) {
    size_t i = hash_of(key) & (map->slot_count - 1);
    while (map->slots[i] != 0 && strcmp(map->entries[map->slots[i] - 1].key, key) != 0) {
        i = (i + 1) & (map->slot_count - 1);
    }
    return i;
}

static void grow(struct map *map) {
    map->room = map->room ? 2 * map->room : 16;
    map->entries = xrealloc(map->entries, map->room, sizeof *map->entries);
    free(map->slots);
    map->slot_count = 2 * map->room;
    map->slots = xcalloc(map->slot_count, sizeof *map->slots);
    for (size_t i = 0; i < map->n; i++) {
        map->slots[slot_of(map, map->entries[i].key)] = (uint32_t)(i + 1);
    }
}

void *map_get(const struct map *map, const char *key) {
    if (map->n == 0) {
        return NULL;
    }
    uint32_t index = map->slots[slot_of(map, key)];
    return index ? map->entries[index - 1].value : NULL;
}

void **map_put(struct map *map, const char *key) {
    if (map->n == map->room) {
        grow(map);
    }
    size_t slot = slot_of(map, key);
    if (map->slots[slot] == 0) {
        map->entries[map->n] = (struct map_entry){key, NULL};
        map->slots[slot] = (uint32_t)++map->n;
    }
    return &map->entries[map->slots[slot] - 1].value;
}

void map_free(struct map *map) {
    free(map->entries);
    free(map->slots);
    *map = (struct map){0};
}
