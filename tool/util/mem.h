/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory of the host tool. Running out of memory ends the tool with a message, so no caller checks
 * for NULL. Single objects come from the x-functions and are freed by their owner; groups that die
 * together (a configuration, a manifest, a plan) come from an arena and are freed at once.
 */
#ifndef FLEXOS_TOOL_UTIL_MEM_H
#define FLEXOS_TOOL_UTIL_MEM_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t count, size_t size); /* count * size, checked for overflow */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct arena_block;
struct arena {
    struct arena_block *blocks; /* newest first; zero-initialise to start */
};

void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */
char *arena_strdup(struct arena *arena, const char *s);
char *arena_strndup(struct arena *arena, const char *s, size_t n);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void arena_free(struct arena *arena);

#endif
