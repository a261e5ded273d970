/* SPDX-License-Identifier: BSD-3-Clause */
/* The shared heap: objects that all compartments can use, in arena 15.
 *
 * Every compartment runs its own instance of this code, and the state lies in the shared memory
 * itself, where any compartment can overwrite it. So nothing that is read from there is
 * trusted: links are offsets, and at() checks each against the bounds of the heap before it is
 * followed (nothing else runs meanwhile, there is one kernel thread). A compartment that corrupts
 * the state can make others get overlapping or NULL objects in memory which it can write anyway; it
 * cannot make them touch private memory.
 *
 * Sizes are powers of two and one and a half times them, from 32 bytes; a free list for each. An
 * object's first 16 bytes are its header: class and a mark that tells it from other memory. Large
 * objects go back to the list of their class too: the heap grows to what was needed at most. */
#include "heap.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <flexos/flexos.h>

enum { HEADER = 16, CLASSES = 80, SMALLEST = 5 };

#define MARK 0x464c5853u /* of an object in use */
#define FREE_MARK 0x66726565u

struct header {
    uint32_t class, mark;
    uint64_t next; /* offset of the next free object; in use: how far it lies behind its block */
};

struct state {
    uint64_t used;          /* offset of what was never handed out; 0: not set up */
    uint64_t free[CLASSES]; /* offsets; 0: none */
};

static struct state *state(void) {
    return (struct state *)heap_start(FLEXOS_DOMAIN_SHARED);
}

/* Sizes 2^k and 2^k + 2^(k-1), k from SMALLEST. */
static size_t class_size(unsigned class) {
    size_t base = (size_t)1 << (class / 2 + SMALLEST);
    return class % 2 ? base + base / 2 : base;
}

static unsigned class_of(size_t size) {
    if (size <= class_size(0)) {
        return 0;
    }
    unsigned k = 63U - (unsigned)__builtin_clzl(size - 1); /* 2^k < size <= 2^(k+1) */
    unsigned class = (k - SMALLEST) * 2 + 1;
    return size <= class_size(class) ? class : class + 1;
}

/* An object of a class at an offset that comes from shared memory; NULL when it cannot be one. */
static struct header *at(uint64_t offset, unsigned class) {
    const uint64_t size = class_size(class), heap = flexos_published.heap_size;
    if (offset < sizeof(struct state) || offset % HEADER != 0 || size > heap ||
        offset > heap - size) {
        return NULL;
    }
    return (struct header *)(heap_start(FLEXOS_DOMAIN_SHARED) + offset);
}

static struct header *take_free(unsigned class) {
    struct header *object = at(state()->free[class], class);
    if (object) {
        state()->free[class] = object->next;
    }
    return object;
}

static struct header *take_new(unsigned class) {
    const uint64_t first = (sizeof(struct state) + HEADER - 1) / HEADER * HEADER;
    uint64_t used = state()->used;
    struct header *object = at(used == 0 ? first : used, class);
    if (object) {
        state()->used = (used == 0 ? first : used) + class_size(class);
    }
    return object;
}

/* Alignment by a second header before the aligned address, which tells where the block begins. */
void *shared_allocate(size_t size, size_t align) {
    const size_t extra = align > HEADER ? align : 0;
    if (size > flexos_published.heap_size || align > flexos_published.heap_size) {
        return NULL;
    }
    const unsigned class = class_of(size + extra + HEADER);
    if (class >= CLASSES) {
        return NULL;
    }
    struct header *block = take_free(class);
    block = block ? block : take_new(class);
    if (!block) {
        return NULL;
    }
    uintptr_t address = (uintptr_t)(block + 1);
    if (extra != 0) {
        address = (address + align - 1) & ~(uintptr_t)(align - 1);
    }
    struct header *header = (struct header *)address - 1;
    const uint64_t behind = (uint64_t)((uintptr_t)header - (uintptr_t)block);
    *block = (struct header){class, FREE_MARK, 0}; /* not valid itself if the header is elsewhere */
    *header = (struct header){class, MARK, behind};
    return (void *)address;
}

/* The block of an object in use, with its class, as read once; ends the image if it is none. */
static struct header *block_of(const void *object, unsigned *class, const char *function) {
    const uintptr_t start = heap_start(FLEXOS_DOMAIN_SHARED);
    const struct header *header = (const struct header *)object - 1;
    const uint64_t offset = (uint64_t)((uintptr_t)header - start);
    if ((uintptr_t)object % HEADER != 0 || (uintptr_t)header < start + sizeof(struct state) ||
        offset >= flexos_published.heap_size) {
        heap_misuse(function, object);
    }
    const struct header copy = *(const volatile struct header *)header;
    struct header *block = NULL;
    if (copy.mark == MARK && copy.class < CLASSES && copy.next <= offset &&
        copy.next < class_size(copy.class)) {
        block = at(offset - copy.next, copy.class);
    }
    if (!block) {
        heap_misuse(function, object);
    }
    *class = copy.class;
    return block;
}

void shared_free(void *object) {
    unsigned class;
    struct header *block = block_of(object, &class, "free");
    ((struct header *)object - 1)->mark = FREE_MARK;
    *block = (struct header){class, FREE_MARK, state()->free[class]};
    state()->free[class] = (uint64_t)((uintptr_t)block - heap_start(FLEXOS_DOMAIN_SHARED));
}

size_t shared_size(const void *object) {
    unsigned class;
    const struct header *block = block_of(object, &class, "malloc_usable_size");
    return class_size(class) - (size_t)((uintptr_t)object - (uintptr_t)block);
}

static void *or_errno(void *object) {
    if (!object) {
        errno = ENOMEM;
    }
    return object;
}

void *flexos_malloc_shared(size_t size) {
    return or_errno(shared_allocate(size, HEADER));
}

void *flexos_calloc_shared(size_t count, size_t size) {
    size_t bytes;
    void *object = NULL;
    if (!__builtin_mul_overflow(count, size, &bytes)) {
        object = shared_allocate(bytes, HEADER);
    }
    return object ? memset(object, 0, bytes) : or_errno(NULL);
}

void *flexos_memalign_shared(size_t align, size_t size) {
    if (align == 0 || (align & (align - 1)) != 0) {
        errno = EINVAL;
        return NULL;
    }
    return or_errno(shared_allocate(size, align));
}

void flexos_free_shared(void *object) {
    if (object) {
        if (heap_domain(object) != FLEXOS_DOMAIN_SHARED) {
            heap_misuse("flexos_free_shared", object);
        }
        shared_free(object);
    }
}

/* A private object moves to the shared heap. */
void *flexos_realloc_shared(void *object, size_t size) {
    if (!object) {
        return flexos_malloc_shared(size);
    }
    bool shared = heap_domain(object) == FLEXOS_DOMAIN_SHARED;
    if (!shared && !heap_is_own(object)) {
        heap_misuse("flexos_realloc_shared", object);
    }
    size_t old = malloc_usable_size(object);
    if (shared && size <= old && size >= old / 2) {
        return object;
    }
    void *to = flexos_malloc_shared(size);
    if (to) {
        memcpy(to, object, old < size ? old : size);
        free(object);
    }
    return to;
}
