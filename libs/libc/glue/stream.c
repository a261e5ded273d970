/* SPDX-License-Identifier: BSD-3-Clause */
/* Streams for the other compartments: what library `format` cannot do where libc is not at home
 * (flexos/stream.h). */
#define _GNU_SOURCE
#include "internal.h"

#include <stdio.h>

#include <flexos/stream.h>

size_t flexos_stream_read(void *bytes, size_t count, FILE *stream) {
    return fread(bytes, 1, count, stream);
}

size_t flexos_stream_write(const void *bytes, size_t count, FILE *stream) {
    return fwrite(bytes, 1, count, stream);
}
