/* SPDX-License-Identifier: BSD-3-Clause */
#include "test.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <flexos/flexos.h>
#include <flexos/limits.h>

extern char flexos_dss_offset[]
    __attribute__((weak)); /* 0 in an image without isolation; weak, or the compiler takes
                               it for an address, which is never 0 */

enum { SLOTS = 800, STEPS = 8000 };

static struct slot {
    unsigned char *p;
    size_t size;
    unsigned char tag;
} slots[SLOTS];

static unsigned long seed = 1;
static unsigned rnd(void) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(seed >> 33);
}

static size_t some_size(void) {
    unsigned kind = rnd() % 100;
    return kind < 70   ? rnd() % 200
           : kind < 95 ? rnd() % 8000
           : kind < 99 ? rnd() % 200000
                       : rnd() % 1000000;
}

static int intact(const struct slot *slot) {
    for (size_t i = 0; i < slot->size; i += slot->size > 4096 ? 509 : 1) {
        if (slot->p[i] != slot->tag) {
            return 0;
        }
    }
    return slot->size == 0 || slot->p[slot->size - 1] == slot->tag;
}

/* A long random life of objects, each filled with its tag; 0 if one was damaged. */
static int churn(void *(*allocate)(size_t), void *(*resize)(void *, size_t),
                 void (*release)(void *)) {
    int good = 1;
    memset(slots, 0, sizeof slots);
    for (int step = 0; step < STEPS && good; step++) {
        struct slot *slot = &slots[rnd() % SLOTS];
        size_t old = slot->size;
        if (slot->p && !intact(slot)) {
            good = 0;
        }
        if (slot->p && rnd() % 3 != 0) {
            release(slot->p);
            *slot = (struct slot){0};
        } else {
            slot->size = some_size();
            slot->p = slot->p ? resize(slot->p, slot->size) : allocate(slot->size);
            if (!slot->p && slot->size != 0) {
                return 0;
            }
            size_t kept = old < slot->size ? old : slot->size;
            for (size_t i = 0; i < kept; i += kept > 4096 ? 509 : 1) {
                good = good && slot->p[i] == slot->tag;
            }
            slot->tag = (unsigned char)rnd();
            if (slot->size) {
                memset(slot->p, slot->tag, slot->size);
            }
        }
    }
    for (int i = 0; i < SLOTS; i++) {
        if (slots[i].p) {
            good = good && intact(&slots[i]);
            release(slots[i].p);
        }
    }
    return good;
}

static void pages(void) {
    enum { COUNT = 64 };
    unsigned char *map[COUNT];
    size_t size[COUNT];
    int clean = 1;
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < COUNT; i++) {
            size[i] = (rnd() % 60 + 1) * 4096;
            map[i] =
                mmap(NULL, size[i], PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            clean = clean && map[i] != MAP_FAILED;
            for (size_t j = 0; clean && j < size[i]; j += 64) {
                clean = map[i][j] == 0;
            }
            memset(map[i], 0xa5, size[i]);
        }
        for (int i = 0; i < COUNT; i++) {
            int at = (i * 37) % COUNT;
            size_t half = size[at] / 8192 * 4096;
            if (half) { /* in two parts */
                munmap(map[at], half);
            }
            munmap(map[at] + half, size[at] - half);
        }
    }
    CHECK(clean);
    unsigned char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    p[8191] = 1;
    p = mremap(p, 8192, 1 << 20, MREMAP_MAYMOVE);
    CHECK(p != MAP_FAILED && p[8191] == 1 && p[(1 << 20) - 1] == 0);
    CHECK(madvise(p, 1 << 20, MADV_DONTNEED) == 0 && p[8191] == 0);
    CHECK(munmap(p, 1 << 20) == 0);
    CHECK(mmap(NULL, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
}

void test_memory(void) {
    CHECK(churn(malloc, realloc, free));
    unsigned char *p = calloc(1000, 7);
    int zero = p != NULL;
    for (int i = 0; zero && i < 7000; i++) {
        zero = p[i] == 0;
    }
    CHECK(zero);
    CHECK(malloc_usable_size(p) >= 7000);
    free(p);
    volatile size_t huge = SIZE_MAX / 2;
    errno = 0;
    CHECK(calloc(huge, 4) == NULL && errno == ENOMEM);
    errno = 0;
    CHECK(malloc(huge) == NULL && errno == ENOMEM);
    for (size_t align = 16; align <= 1 << 20; align *= 4) {
        p = aligned_alloc(align, 3 * align);
        if (!p || (uintptr_t)p % align != 0) {
            CHECK(!"alignment");
        } else {
            memset(p, 1, 3 * align);
        }
        free(p);
    }
    pages();
}

/* The manifest sends what this function allocates to the shared heap. */
void *chosen(size_t size);
__attribute__((noinline)) void *chosen(size_t size) {
    return malloc(size);
}

void test_shared(void) {
    char *mine = malloc(100), *sent = chosen(100);
    uintptr_t arena = ((uintptr_t)sent - FLEXOS_ARENA_BASE) / FLEXOS_ARENA_SIZE;
    uintptr_t own = ((uintptr_t)mine - FLEXOS_ARENA_BASE) / FLEXOS_ARENA_SIZE;
    CHECK(arena == ((uintptr_t)flexos_dss_offset ? FLEXOS_DOMAIN_SHARED : own));
    mine = flexos_realloc_shared(mine, 200);
    CHECK(((uintptr_t)mine - FLEXOS_ARENA_BASE) / FLEXOS_ARENA_SIZE == FLEXOS_DOMAIN_SHARED);
    free(sent);
    free(mine);
    CHECK(churn(flexos_malloc_shared, flexos_realloc_shared, flexos_free_shared));
    CHECK(churn(flexos_malloc_shared, realloc, free)); /* the heap is found by the address */
    char *p = flexos_calloc_shared(10, 10);
    CHECK(p && p[99] == 0 && malloc_usable_size(p) >= 100);
    free(p);
    p = flexos_memalign_shared(4096, 100);
    CHECK(p && (uintptr_t)p % 4096 == 0);
    memset(p, 1, 100);
    free(p);
}
