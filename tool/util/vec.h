/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Growable arrays: `VEC(struct thing) things = {0}; vec_push(&things, thing); things.v[i]`.
 * `n` elements are in use; pointers into `v` die with the next push. vec_free leaves it empty.
 */
#ifndef FLEXOS_TOOL_UTIL_VEC_H
#define FLEXOS_TOOL_UTIL_VEC_H

#include "util/mem.h"

#include <stdlib.h>

#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *v;                                                                                   \
        size_t n, room;                                                                            \
    }

/* A named type, so that it can cross functions: lists of strings are everywhere. */
struct strings {
    const char **v;
    size_t n, room;
};

#define vec_push(vec, ...)                                                                         \
    do {                                                                                           \
        if ((vec)->n == (vec)->room) {                                                             \
            (vec)->room = (vec)->room ? 2 * (vec)->room : 8;                                       \
            (vec)->v = xrealloc((vec)->v, (vec)->room, sizeof *(vec)->v);                          \
        }                                                                                          \
        (vec)->v[(vec)->n++] = (__VA_ARGS__);                                                      \
    } while (0)

#define vec_free(vec)                                                                              \
    do {                                                                                           \
        free((vec)->v);                                                                            \
        (vec)->v = NULL;                                                                           \
        (vec)->n = (vec)->room = 0;                                                                \
    } while (0)

#endif
