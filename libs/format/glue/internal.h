/* SPDX-License-Identifier: BSD-3-Clause */
/* What the glue of this library shares. A stream is libc's object. Where libc is at home, musl's own
 * functions work on it; elsewhere it is a handle: text is made in a stream in memory here and handed
 * to libc, or fetched from it, by functions whose buffers are counted (libs/libc/glue/stream.c). */
#ifndef FLEXOS_FORMAT_INTERNAL_H
#define FLEXOS_FORMAT_INTERNAL_H

#define FLEXOS_FORMAT_GLUE
#include "stdio_impl.h"

/* The public pointers: their targets belong to libc. */
#undef stdin
#undef stdout

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <flexos/stream.h>

/* One crossing moves at most this much: it must fit where gates copy. */
enum { FORMAT_PIECE = 4096 };

/* Whether libc is in this compartment. */
static inline bool format_at_home(void) {
    return __format_lock != NULL;
}

#endif
