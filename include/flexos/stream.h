/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between libc, which owns streams, and library `format`, of which each compartment has an instance.
 * Not for applications: they use <stdio.h>.
 */
#ifndef FLEXOS_STREAM_H
#define FLEXOS_STREAM_H

#include <stddef.h>

#include "flexos/interface.h"

struct _IO_FILE;

/* libc: bytes read from or written to a stream, as fread and fwrite. */
size_t flexos_stream_read(void *bytes flexos_out_return(count), size_t count,
                          struct _IO_FILE *stream flexos_handle);
size_t flexos_stream_write(const void *bytes flexos_in(count), size_t count,
                           struct _IO_FILE *stream flexos_handle);

/* format: this instance is in libc's compartment; these lock and unlock streams. */
void flexos_format_home(int (*lock)(struct _IO_FILE *), void (*unlock)(struct _IO_FILE *));

#endif
