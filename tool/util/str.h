/* SPDX-License-Identifier: BSD-3-Clause */
/* Strings: tests on them, and a buffer that grows while it is printed into. */
#ifndef FLEXOS_TOOL_UTIL_STR_H
#define FLEXOS_TOOL_UTIL_STR_H

#include "util/vec.h"

#include <stdbool.h>
#include <stddef.h>

bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);

/* Whether s matches a shell pattern (fnmatch without flags). */
bool str_glob(const char *pattern, const char *s);

/* qsort comparison for arrays of strings. */
int str_compare(const void *a, const void *b);

struct strbuf {
    char *s; /* always terminated once something was added; NULL before */
    size_t n, room;
};

void sb_printf(struct strbuf *sb, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sb_add(struct strbuf *sb, const char *s);
void sb_add_n(struct strbuf *sb, const char *s, size_t n);
char *
sb_take(struct strbuf *sb); /* the text, now the caller's ("" when empty); sb is empty after */
void sb_free(struct strbuf *sb);

#endif
