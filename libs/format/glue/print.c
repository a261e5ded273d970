/* SPDX-License-Identifier: BSD-3-Clause */
/* printf on streams and descriptors. A variable list cannot cross, so the text is made here, in
 * pieces of a buffer, also for a descriptor. */
#include "internal.h"

#include <errno.h>
#include <unistd.h>

enum { ROOM = 1024 };

/* Hands over what is in the buffer, then `count` bytes more; `give` passes pieces on. */
static size_t flush(FILE *text, const unsigned char *bytes, size_t count,
                    size_t (*give)(FILE *, const unsigned char *, size_t)) {
    size_t held = (size_t)(text->wpos - text->wbase);
    bool failed = (held && give(text, text->wbase, held) < held) ||
                  (count && give(text, bytes, count) < count);
    text->wpos = text->wbase = text->buf;
    text->wend = text->buf + text->buf_size;
    if (failed) {
        text->flags |= F_ERR;
        text->wpos = text->wbase = text->wend = NULL;
        return 0;
    }
    return count;
}

static size_t give_stream(FILE *text, const unsigned char *bytes, size_t count) {
    return fwrite(bytes, 1, count, text->cookie);
}

static size_t give_descriptor(FILE *text, const unsigned char *bytes, size_t count) {
    size_t done = 0;
    while (done < count) {
        ssize_t now = write(text->fd, bytes + done, count - done);
        if (now < 0 && errno != EINTR)
            break;
        done += now < 0 ? 0 : (size_t)now;
    }
    return done;
}

static size_t to_stream(FILE *text, const unsigned char *bytes, size_t count) {
    return flush(text, bytes, count, give_stream);
}

static size_t to_descriptor(FILE *text, const unsigned char *bytes, size_t count) {
    return flush(text, bytes, count, give_descriptor);
}

static int print(FILE *text, const char *format, va_list list) {
    int count = __format_print(text, format, list);
    text->write(text, NULL, 0);
    return text->flags & F_ERR ? -1 : count;
}

int vfprintf(FILE *restrict stream, const char *restrict format, va_list list) {
    unsigned char buffer[ROOM];
    if (format_at_home())
        return __format_print(stream, format, list);
    FILE text = {.buf = buffer,
                 .buf_size = sizeof buffer,
                 .write = to_stream,
                 .cookie = stream,
                 .lbf = EOF,
                 .lock = -1};
    return print(&text, format, list);
}

int vdprintf(int fd, const char *restrict format, va_list list) {
    unsigned char buffer[ROOM];
    FILE text = {.buf = buffer,
                 .buf_size = sizeof buffer,
                 .write = to_descriptor,
                 .fd = fd,
                 .lbf = EOF,
                 .lock = -1};
    return print(&text, format, list);
}

int vprintf(const char *restrict format, va_list list) {
    return vfprintf(stdout, format, list);
}

int fprintf(FILE *restrict stream, const char *restrict format, ...) {
    va_list list;
    va_start(list, format);
    int count = vfprintf(stream, format, list);
    va_end(list);
    return count;
}

int printf(const char *restrict format, ...) {
    va_list list;
    va_start(list, format);
    int count = vfprintf(stdout, format, list);
    va_end(list);
    return count;
}

int dprintf(int fd, const char *restrict format, ...) {
    va_list list;
    va_start(list, format);
    int count = vdprintf(fd, format, list);
    va_end(list);
    return count;
}
