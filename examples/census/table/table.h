/* SPDX-License-Identifier: BSD-3-Clause */
/* Counts strings. A table is an object of this library: its users hold a handle and never look inside. */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>

#include <flexos/interface.h>

struct table;

struct table *table_new(void) flexos_returns_handle; /* NULL: no memory */
void table_free(struct table *table flexos_handle);
/* One more of this key; returns how many there are now, or -1 without memory. */
long table_add(struct table *table flexos_handle, const char *key flexos_string);
size_t table_size(const struct table *table flexos_handle);
/* Calls visit(key, count, cookie) in the order of first appearance; the key lies in shared memory. */
void table_each(const struct table *table flexos_handle, void (*visit)(const char *, long, void *) flexos_callback,
                void *cookie flexos_opaque);

#endif
