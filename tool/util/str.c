/* SPDX-License-Identifier: BSD-3-Clause */
#include "util/str.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool str_starts(const char *s, const char *prefix) {
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix) {
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && strcmp(s + n - m, suffix) == 0;
}

bool str_glob(const char *pattern, const char *s) {
    return fnmatch(pattern, s, 0) == 0;
}

int str_compare(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void reserve(struct strbuf *sb, size_t more) {
    if (sb->room - sb->n <= more) {
        sb->room = 2 * sb->room + more + 64;
        sb->s = xrealloc(sb->s, sb->room, 1);
    }
}

void sb_add_n(struct strbuf *sb, const char *s, size_t n) {
    reserve(sb, n);
    memcpy(sb->s + sb->n, s, n);
    sb->n += n;
    sb->s[sb->n] = '\0';
}

void sb_add(struct strbuf *sb, const char *s) {
    sb_add_n(sb, s, strlen(s));
}

void sb_printf(struct strbuf *sb, const char *format, ...) {
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n > 0) {
        reserve(sb, (size_t)n);
        vsnprintf(sb->s + sb->n, (size_t)n + 1, format, again);
        sb->n += (size_t)n;
    }
    va_end(again);
}

char *sb_take(struct strbuf *sb) {
    char *s = sb->s != NULL ? sb->s : xstrdup("");
    *sb = (struct strbuf){0};
    return s;
}

void sb_free(struct strbuf *sb) {
    free(sb->s);
    *sb = (struct strbuf){0};
}
