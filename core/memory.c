/* SPDX-License-Identifier: BSD-3-Clause */
/* flexos_memory_release: a compartment gives pages of its heap, or of the shared heap, back. */
#include "core/tcb.h"
#include "flexos/core.h"

#define EFAULT 14
#define EINVAL 22

static bool in_heap(uintptr_t start, size_t len, unsigned arena) {
    const uintptr_t low = (uintptr_t)flexos_arena(arena) + FLEXOS_HEAP_OFFSET;
    const uintptr_t high = low + flexos_published.heap_size;
    return start >= low && start <= high && len <= high - start;
}

int flexos_memory_release(void *addr, size_t len) {
    const uintptr_t start = (uintptr_t)addr;
    const unsigned own = flexos_layout.compartments == 0 ? 1 : flexos_caller;
    if ((start | len) % FLEXOS_PAGE_SIZE != 0) {
        return -EINVAL;
    }
    if (len == 0) {
        return 0;
    }
    if (!in_heap(start, len, own) && !in_heap(start, len, FLEXOS_DOMAIN_SHARED)) {
        return -EFAULT;
    }
    return flexos_host_release(start, len);
}
