/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs of pages of this compartment's heap, for the allocator, mmap and libc's own needs.
 *
 * What pages_map returns reads as zero. What is given back need not be a whole run. Memory that is
 * large is returned to the host when it is freed. Addresses and sizes are rounded to pages as
 * mmap and munmap do it. No state is shared with other compartments. */
#ifndef FLEXOS_ALLOC_PAGES_H
#define FLEXOS_ALLOC_PAGES_H

#include <stdbool.h>
#include <stddef.h>

void *pages_map(size_t len);                       /* NULL: no memory */
void *pages_map_aligned(size_t len, size_t align); /* align: a power of two, at least a page */
int pages_unmap(void *addr, size_t len);           /* 0, -EINVAL: not of this heap */

/* Changes the size of a run; may move it if `move`. NULL: not possible, the run is as before. */
void *pages_remap(void *addr, size_t old_len, size_t new_len, bool move);

/* The contents are not needed any more; they read as zero afterwards. 0 or -EINVAL. */
int pages_drop(void *addr, size_t len);

#endif
