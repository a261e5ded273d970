/* SPDX-License-Identifier: BSD-3-Clause */
/* The linker's map beside an image (IMAGE.map): which library lies at an address. */
#ifndef FLEXOS_TOOL_RUN_MAP_H
#define FLEXOS_TOOL_RUN_MAP_H

#include <stddef.h>
#include <stdint.h>

struct link_map {
    struct link_map_piece {
        uint64_t start, size;
        const char *library;
    } *pieces; /* sorted by start */
    size_t count;
    char *text;
};

/* Reads the map of an image; without one the map is empty. */
void link_map_load(struct link_map *map, const char *image);
void link_map_free(struct link_map *map);

const char *link_map_library(const struct link_map *map, uint64_t address); /* or NULL */

#endif
