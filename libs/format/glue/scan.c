/* SPDX-License-Identifier: BSD-3-Clause */
/* scanf on streams. Elsewhere than at libc's characters are fetched one by one, and those that were
 * not used are given back: the stream must not lose what follows. */
#include "internal.h"

enum { ROOM = UNGET };

static size_t fetch(FILE *text, unsigned char *bytes, size_t count) {
    size_t now = count ? flexos_stream_read(bytes, 1, text->cookie) : 0;
    text->rpos = text->rend = text->buf + text->buf_size;
    if (!now)
        text->flags |= F_EOF;
    return now;
}

int vfscanf(FILE *restrict stream, const char *restrict format, va_list list) {
    unsigned char buffer[ROOM + 1];
    if (format_at_home())
        return __format_scan(stream, format, list);
    FILE text = {.buf = buffer + ROOM,
                 .buf_size = 0,
                 .read = fetch,
                 .cookie = stream,
                 .lbf = EOF,
                 .lock = -1};
    int count = __format_scan(&text, format, list);
    while (text.rend && text.rpos < text.rend)
        ungetc(*--text.rend, stream);
    return count;
}

int vscanf(const char *restrict format, va_list list) {
    return vfscanf(stdin, format, list);
}

int fscanf(FILE *restrict stream, const char *restrict format, ...) {
    va_list list;
    va_start(list, format);
    int count = vfscanf(stream, format, list);
    va_end(list);
    return count;
}

int scanf(const char *restrict format, ...) {
    va_list list;
    va_start(list, format);
    int count = vfscanf(stdin, format, list);
    va_end(list);
    return count;
}

int __isoc99_vfscanf(FILE *, const char *, va_list) __attribute__((alias("vfscanf")));
int __isoc99_vscanf(const char *, va_list) __attribute__((alias("vscanf")));
int __isoc99_fscanf(FILE *, const char *, ...) __attribute__((alias("fscanf")));
int __isoc99_scanf(const char *, ...) __attribute__((alias("scanf")));
