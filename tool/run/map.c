/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads a linker map; see map.h. A line of an input section is
 *     VMA LMA SIZE ALIGN PATH:(SECTION)
 * in hexadecimal; the file's name is LIBRARY.o, LIBRARY.COMPARTMENT.o or LIBRARY-HASH.o.
 */
#include "run/map.h"

#include "util/file.h"
#include "util/vec.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_MAP (64u << 20)
#define HASH_DIGITS 16
#define SAME_LINK 60 /* seconds between the map and the finished image, at most */

/* Cuts the file's name down to the library's, in place. */
static const char *library_name(char *path, char *end) {
    *end = '\0';
    char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    name[strcspn(name, ".")] = '\0';
    char *dash = strrchr(name, '-');
    if (dash && strlen(dash + 1) == HASH_DIGITS &&
        strspn(dash + 1, "0123456789abcdef") == HASH_DIGITS) {
        *dash = '\0';
    }
    return strcmp(name, "tables") && strcmp(name, "gates") ? name : "gates";
}

static int by_start(const void *a, const void *b) {
    const struct link_map_piece *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

/* A map that was not written together with its image would name wrong libraries. */
static bool is_stale(const char *map, const char *image) {
    struct stat of_map, of_image;
    return stat(map, &of_map) || stat(image, &of_image) ||
           of_map.st_mtime + SAME_LINK < of_image.st_mtime;
}

void link_map_load(struct link_map *map, const char *image) {
    VEC(struct link_map_piece) pieces = {0};
    char *path = xasprintf("%s.map", image);
    size_t size;
    *map = (struct link_map){0};
    if (is_stale(path, image)) {
        free(path);
        return;
    }
    int error = file_read(path, MAX_MAP, &map->text, &size);
    free(path);
    if (error < 0) {
        map->text = NULL;
        return;
    }
    for (char *save, *line = strtok_r(map->text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char *at = line, *section = strstr(line, ":(");
        uint64_t fields[4];
        int count = 0;
        while (section && count < 4) {
            char *end;
            fields[count] = strtoull(at, &end, 16);
            if (end == at || !isspace((unsigned char)*end)) {
                break;
            }
            at = end;
            count++;
        }
        at += strspn(at, " \t");
        if (count == 4 && fields[2] && *at != '<') {
            struct link_map_piece piece = {fields[0], fields[2], library_name(at, section)};
            vec_push(&pieces, piece);
        }
    }
    if (pieces.n) {
        qsort(pieces.v, pieces.n, sizeof *pieces.v, by_start);
    }
    map->pieces = pieces.v;
    map->count = pieces.n;
}

void link_map_free(struct link_map *map) {
    free(map->pieces);
    free(map->text);
    *map = (struct link_map){0};
}

const char *link_map_library(const struct link_map *map, uint64_t address) {
    size_t low = 0, high = map->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (map->pieces[middle].start <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return NULL;
    }
    const struct link_map_piece *piece = &map->pieces[low - 1];
    return address - piece->start < piece->size ? piece->library : NULL;
}
