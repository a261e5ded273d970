/* SPDX-License-Identifier: BSD-3-Clause */
#include "util/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    max_align_t data[];
};

enum { ARENA_BLOCK = 16 * 1024 };

static void *checked(void *p) {
    if (p == NULL) {
        fputs("flexos: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

void *xmalloc(size_t size) {
    return checked(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size) {
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t count, size_t size) {
    return checked(reallocarray(old, count ? count : 1, size ? size : 1));
}

char *xstrdup(const char *s) {
    return checked(strdup(s));
}

char *xstrndup(const char *s, size_t n) {
    return checked(strndup(s, n));
}

char *xasprintf(const char *format, ...) {
    va_list ap;
    char *s;
    va_start(ap, format);
    int n = vasprintf(&s, format, ap);
    va_end(ap);
    return checked(n < 0 ? NULL : s);
}

void *arena_alloc(struct arena *arena, size_t size) {
    size_t align = sizeof(max_align_t);
    if (size > SIZE_MAX / 2) {
        checked(NULL);
    }
    size = (size + align - 1) / align * align;
    struct arena_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < size) {
        size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
        block = xcalloc(1, sizeof *block + room);
        block->size = room;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *p = (char *)block->data + block->used;
    block->used += size;
    return p;
}

char *arena_strndup(struct arena *arena, const char *s, size_t n) {
    size_t length = strnlen(s, n);
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, s, length);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *s) {
    return arena_strndup(arena, s, strlen(s));
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    checked(n < 0 ? NULL : arena);
    char *s = arena_alloc(arena, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, format, again);
    va_end(again);
    return s;
}

void arena_free(struct arena *arena) {
    while (arena->blocks != NULL) {
        struct arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
}
