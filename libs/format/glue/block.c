/* SPDX-License-Identifier: BSD-3-Clause */
/* fread, fwrite, fputs. */
#include "internal.h"

#include <string.h>

size_t fwrite(const void *restrict bytes, size_t size, size_t count, FILE *restrict stream) {
    const unsigned char *from = bytes;
    size_t done = 0, total = size * count;
    if (format_at_home())
        return __format_write(bytes, size, count, stream);
    while (done < total) {
        size_t piece = total - done < FORMAT_PIECE ? total - done : FORMAT_PIECE;
        size_t now = flexos_stream_write(from + done, piece, stream);
        done += now;
        if (now < piece)
            break;
    }
    return size ? done / size : 0;
}

size_t fread(void *restrict bytes, size_t size, size_t count, FILE *restrict stream) {
    unsigned char *to = bytes;
    size_t done = 0, total = size * count;
    if (format_at_home())
        return __format_read(bytes, size, count, stream);
    while (done < total) {
        size_t piece = total - done < FORMAT_PIECE ? total - done : FORMAT_PIECE;
        size_t now = flexos_stream_read(to + done, piece, stream);
        done += now;
        if (now < piece)
            break;
    }
    return size ? done / size : 0;
}

int fputs(const char *restrict text, FILE *restrict stream) {
    size_t length = strlen(text);
    return fwrite(text, 1, length, stream) == length ? 0 : EOF;
}

size_t fwrite_unlocked(const void *, size_t, size_t, FILE *) __attribute__((alias("fwrite")));
size_t fread_unlocked(void *, size_t, size_t, FILE *) __attribute__((alias("fread")));
int fputs_unlocked(const char *, FILE *) __attribute__((alias("fputs")));
