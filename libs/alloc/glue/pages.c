/* SPDX-License-Identifier: BSD-3-Clause */
/* Page runs of the compartment's heap: [start, start + heap_size). Everything from `top` on has
 * never been used. Below it, what is free is listed as extents: sorted, not touching each other,
 * and all zero. First fit, lowest address first, which keeps the heap dense. */
#include "pages.h"
#include "heap.h"

#include <errno.h>
#include <string.h>

#include <flexos/core.h>
#include <flexos/platform.h>

enum {
    EXTENTS = 32768,
    RELEASE = 64 * 1024, /* smaller frees are cleared instead of being returned to the host */
};

struct extent {
    uintptr_t start, end;
};

static struct extent extents[EXTENTS];
static size_t count;
static uintptr_t top; /* 0: not set up yet */

static uintptr_t round_up(uintptr_t n, uintptr_t align) {
    return (n + align - 1) & ~(align - 1);
}

static uintptr_t limit(void) {
    return heap_start(heap_own()) + flexos_published.heap_size;
}

static void insert(size_t at, struct extent extent) {
    memmove(&extents[at + 1], &extents[at], (count - at) * sizeof *extents);
    extents[at] = extent;
    count++;
}

static void drop_extent(size_t at) {
    count--;
    memmove(&extents[at], &extents[at + 1], (count - at) * sizeof *extents);
}

/* The first extent that ends behind `address`. */
static size_t find(uintptr_t address) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (extents[middle].end <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Takes [start, end) out of the extent at `at`, which contains it. False: the list is full. */
static bool take(size_t at, uintptr_t start, uintptr_t end) {
    struct extent *extent = &extents[at];
    if (extent->start == start && extent->end == end) {
        drop_extent(at);
    } else if (extent->start == start) {
        extent->start = end;
    } else if (extent->end == end) {
        extent->end = start;
    } else if (count < EXTENTS) {
        struct extent rest = {end, extent->end};
        extent->end = start;
        insert(at + 1, rest);
    } else {
        return false;
    }
    return true;
}

/* Lists [start, end), joined with its neighbours. The pages are zero already. */
static void give(uintptr_t start, uintptr_t end) {
    static bool told;
    size_t at = find(start - 1);
    bool left = at < count && extents[at].end == start;
    size_t next = left ? at + 1 : at;
    bool right = next < count && extents[next].start == end;
    if (end == top && (!left || !right)) {
        top = left ? extents[at].start : start;
        if (left) {
            drop_extent(at);
        }
    } else if (left && right) {
        extents[at].end = extents[next].end;
        drop_extent(next);
    } else if (left) {
        extents[at].end = end;
    } else if (right) {
        extents[next].start = start;
    } else if (count < EXTENTS) {
        insert(at, (struct extent){start, end});
    } else if (!told) {
        static const char text[] = "alloc: the heap is too fragmented, some freed pages are lost\n";
        told = true;
        flexos_console_write(text, sizeof text - 1);
    }
}

static void *from_top(size_t len, size_t align) {
    uintptr_t start = round_up(top, align);
    if (start > limit() || len > limit() - start) {
        return NULL;
    }
    uintptr_t old = top;
    top = start + len;
    if (start != old) {
        give(old, start);
    }
    return (void *)start;
}

void *pages_map_aligned(size_t len, size_t align) {
    if (top == 0) {
        top = heap_start(heap_own());
    }
    if (len == 0 || len > flexos_published.heap_size) {
        return NULL;
    }
    len = round_up(len, FLEXOS_PAGE_SIZE);
    for (size_t i = 0; i < count; i++) {
        uintptr_t start = round_up(extents[i].start, align);
        if (start < extents[i].end && len <= extents[i].end - start &&
            take(i, start, start + len)) {
            return (void *)start;
        }
    }
    return from_top(len, align);
}

void *pages_map(size_t len) {
    return pages_map_aligned(len, FLEXOS_PAGE_SIZE);
}

/* The whole pages of a range of this heap that was handed out; false if it is no such range. */
static bool whole_pages(const void *addr, size_t len, uintptr_t *start, uintptr_t *end) {
    *start = (uintptr_t)addr;
    *end = *start + round_up(len, FLEXOS_PAGE_SIZE);
    return *start % FLEXOS_PAGE_SIZE == 0 && len != 0 && len <= flexos_published.heap_size &&
           *start >= heap_start(heap_own()) && *end > *start && *end <= top;
}

static void clear(uintptr_t start, uintptr_t end) {
    if (end - start < RELEASE || flexos_memory_release((void *)start, end - start) != 0) {
        memset((void *)start, 0, end - start);
    }
}

int pages_drop(void *addr, size_t len) {
    uintptr_t start, end;
    if (!whole_pages(addr, len, &start, &end)) {
        return -EINVAL;
    }
    clear(start, end);
    return 0;
}

/* Parts that are free already stay free, as with munmap. */
int pages_unmap(void *addr, size_t len) {
    uintptr_t start, end;
    if (!whole_pages(addr, len, &start, &end)) {
        return -EINVAL;
    }
    while (start < end) {
        size_t at = find(start);
        uintptr_t stop = at < count && extents[at].start < end ? extents[at].start : end;
        uintptr_t next = at < count && extents[at].start < end ? extents[at].end : end;
        if (stop > start) {
            clear(start, stop);
            give(start, stop);
        }
        start = next;
    }
    return 0;
}

/* Grows in place into what lies behind. */
static bool extend(uintptr_t end, uintptr_t new_end) {
    if (end == top) {
        if (new_end > limit()) {
            return false;
        }
        top = new_end;
        return true;
    }
    size_t at = find(end);
    return at < count && extents[at].start == end && extents[at].end >= new_end &&
           take(at, end, new_end);
}

void *pages_remap(void *addr, size_t old_len, size_t new_len, bool move) {
    uintptr_t start, end;
    if (!whole_pages(addr, old_len, &start, &end) || new_len == 0 ||
        new_len > flexos_published.heap_size) {
        return NULL;
    }
    uintptr_t new_end = start + round_up(new_len, FLEXOS_PAGE_SIZE);
    if (new_end < end) {
        pages_unmap((void *)new_end, end - new_end);
    }
    if (new_end <= end || extend(end, new_end)) {
        return addr;
    }
    void *to = move ? pages_map(new_len) : NULL;
    if (to) {
        memcpy(to, addr, end - start);
        pages_unmap(addr, old_len);
    }
    return to;
}
