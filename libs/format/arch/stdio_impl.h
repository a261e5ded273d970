/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands before musl's own stdio_impl.h. musl's functions on streams that this library contains get
 * names of their own: they serve streams in memory and, in libc's compartment, libc's. The public
 * names belong to glue/, which finds out whose stream it has. Locks are libc's: a stream in memory
 * has none. */
#ifndef FLEXOS_FORMAT_STDIO_IMPL_H
#define FLEXOS_FORMAT_STDIO_IMPL_H

#include_next "stdio_impl.h"
#include <stdarg.h>

extern hidden int (*__format_lock)(FILE *);
extern hidden void (*__format_unlock)(FILE *);
#define __lockfile(stream) __format_lock(stream)
#define __unlockfile(stream) __format_unlock(stream)

hidden int __format_print(FILE *restrict, const char *restrict, va_list);
hidden int __format_scan(FILE *restrict, const char *restrict, va_list);
hidden size_t __format_read(void *restrict, size_t, size_t, FILE *restrict);
hidden size_t __format_write(const void *restrict, size_t, size_t, FILE *restrict);
#ifndef FLEXOS_FORMAT_GLUE
#define vfprintf __format_print
#define vfscanf __format_scan
#define fread __format_read
#define fwrite __format_write
/* The aliases follow their functions. */
#undef weak_alias
#define weak_alias(old, new) format_alias(old, new)
#define format_alias(old, new)                                                                     \
    extern __typeof(old) new __attribute__((__weak__, __alias__(#old)))
#endif

#endif
