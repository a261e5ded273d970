/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses whose library the symbol table tells; see labels.h. */
#include "run/labels.h"

#include "util/vec.h"

#include <stdlib.h>
#include <string.h>

static int by_address(const void *a, const void *b) {
    const struct label *x = a, *y = b;
    if (x->address != y->address) {
        return x->address < y->address ? -1 : 1;
    }
    /* `lwip` and `liblwip` stand at one address: the shorter is the library's name. */
    size_t length_x = strlen(x->library), length_y = strlen(y->library);
    return length_x < length_y ? -1 : length_x > length_y;
}

/* The library in a symbol's name, or false. */
static bool library_in(const char *name, struct label *label) {
    const char *first = strchr(name, '$');
    const char *second = first ? strchr(first + 1, '$') : NULL;
    if (!second || !strncmp(name, "__", 2)) {
        return false;
    }
    const char *library = name, *end = first;
    if (!strncmp(name, "flexos$", 7)) {
        library = first + 1;
        end = second;
    } else if (strspn(first + 1, "0123456789") != (size_t)(second - first - 1)) {
        return false;
    }
    size_t length = (size_t)(end - library);
    if (length == 0 || length >= sizeof label->library) {
        return false;
    }
    memcpy(label->library, library, length);
    label->library[length] = '\0';
    return true;
}

void labels_load(struct labels *labels, const struct symbols *symbols) {
    VEC(struct label) list = {0};
    for (size_t i = 0; i < symbols->count; i++) {
        struct label label = {.address = symbols->list[i].start};
        if (library_in(symbols->list[i].name, &label)) {
            vec_push(&list, label);
        }
    }
    if (list.n) {
        qsort(list.v, list.n, sizeof *list.v, by_address);
    }
    size_t kept = 0;
    for (size_t i = 0; i < list.n; i++) {
        if (kept == 0 || list.v[kept - 1].address != list.v[i].address) {
            list.v[kept++] = list.v[i];
        }
    }
    labels->list = list.v;
    labels->count = kept;
}

void labels_free(struct labels *labels) {
    free(labels->list);
    *labels = (struct labels){0};
}

/* Index of the first label above the address. */
static size_t above(const struct labels *labels, uint64_t address) {
    size_t low = 0, high = labels->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (labels->list[middle].address <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const char *labels_in(const struct labels *labels, uint64_t start, uint64_t end) {
    size_t i = start ? above(labels, start - 1) : 0;
    return i < labels->count && labels->list[i].address < end ? labels->list[i].library : NULL;
}

void labels_around(const struct labels *labels, uint64_t address, const struct label **below,
                   const struct label **over) {
    size_t i = above(labels, address);
    *below = i > 0 ? &labels->list[i - 1] : NULL;
    *over = i < labels->count ? &labels->list[i] : NULL;
}
