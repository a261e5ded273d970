/* SPDX-License-Identifier: BSD-3-Clause */
/* A library whose header knows nothing of FlexOS. */
#ifndef PLAIN_H
#define PLAIN_H

#include <stdarg.h>
#include <stddef.h>

struct plain_counter;

struct plain_counter *plain_open(void);
size_t plain_add(struct plain_counter *counter, const void *data, size_t size);
int plain_format(char *out, size_t size, const char *format, va_list list);

#endif
