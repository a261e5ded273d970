/* SPDX-License-Identifier: BSD-3-Clause */
/* The C interface of the heap over mimalloc (malloc is mimalloc's own, by the manifest). An
 * address tells whose object it is: this compartment's, the shared heap's, or a mistake. */
#include "heap.h"

#include <errno.h>
#include <string.h>

#include <flexos/flexos.h>

#include "mimalloc.h"

void free(void *object);
void *calloc(size_t count, size_t size);
void *realloc(void *object, size_t size);
void *reallocarray(void *object, size_t count, size_t size);
size_t malloc_usable_size(void *object);
void *aligned_alloc(size_t align, size_t size);
void *memalign(size_t align, size_t size);
int posix_memalign(void **object, size_t align, size_t size);
void *valloc(size_t size);

static void free_elsewhere(void *object) {
    if (!object) {
        return;
    }
    if (heap_domain(object) != FLEXOS_DOMAIN_SHARED) {
        heap_misuse("free", object);
    }
    shared_free(object);
}

void free(void *object) {
    if (__builtin_expect(heap_is_own(object), 1)) {
        mi_free(object);
    } else {
        free_elsewhere(object);
    }
}

void *calloc(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_expect(__builtin_mul_overflow(count, size, &bytes), 0)) {
        errno = ENOMEM;
        return NULL;
    }
    return mi_zalloc(bytes);
}

void *realloc(void *object, size_t size) {
    if (__builtin_expect(!object || heap_is_own(object), 1)) {
        return mi_realloc(object, size);
    }
    return flexos_realloc_shared(object, size);
}

void *reallocarray(void *object, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(object, bytes);
}

size_t malloc_usable_size(void *object) {
    if (!object) {
        return 0;
    }
    if (heap_is_own(object)) {
        return mi_usable_size(object);
    }
    if (heap_domain(object) != FLEXOS_DOMAIN_SHARED) {
        heap_misuse("malloc_usable_size", object);
    }
    return shared_size(object);
}

static bool power_of_two(size_t n) {
    return n != 0 && (n & (n - 1)) == 0;
}

void *memalign(size_t align, size_t size) {
    if (!power_of_two(align)) {
        errno = EINVAL;
        return NULL;
    }
    void *object = mi_malloc_aligned(size, align);
    if (!object) {
        errno = ENOMEM;
    }
    return object;
}

void *aligned_alloc(size_t align, size_t size) {
    return memalign(align, size);
}

int posix_memalign(void **object, size_t align, size_t size) {
    if (!power_of_two(align) || align % sizeof(void *) != 0) {
        return EINVAL;
    }
    void *made = mi_malloc_aligned(size, align);
    if (!made) {
        return ENOMEM;
    }
    *object = made;
    return 0;
}

void *valloc(size_t size) {
    return memalign(FLEXOS_PAGE_SIZE, size);
}
