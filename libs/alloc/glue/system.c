/* SPDX-License-Identifier: BSD-3-Clause */
/* What mimalloc asks of an operating system, in place of its own os.c, options.c, stats.c and
 * random.c: memory is page runs of this compartment, always accessible ("committed"); options are
 * constants; there are no statistics, no huge pages, no nodes and one thread. The prototypes are
 * mimalloc's, from its headers. */
#include "heap.h"
#include "pages.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <flexos/platform.h>

#include "mimalloc.h"

#include "mimalloc-internal.h"

/* Declared by mimalloc in the files that use them only. */
void *_mi_os_alloc_aligned(size_t size, size_t align, bool commit, bool *large, mi_stats_t *stats);
void _mi_os_free_ex(void *p, size_t size, bool committed, mi_stats_t *stats);
void *_mi_os_alloc_huge_os_pages(size_t pages, int node, mi_msecs_t limit, size_t *reserved,
                                 size_t *size);
void _mi_os_free_huge_pages(void *p, size_t size, mi_stats_t *stats);

_Atomic(size_t) _mi_numa_node_count = 1;

size_t _mi_os_page_size(void) {
    return FLEXOS_PAGE_SIZE;
}

void _mi_os_init(void) {
}

void *_mi_os_alloc_aligned(size_t size, size_t align, bool commit, bool *large, mi_stats_t *stats) {
    (void)commit;
    (void)stats;
    if (large) {
        *large = false;
    }
    return pages_map_aligned(size, align < FLEXOS_PAGE_SIZE ? FLEXOS_PAGE_SIZE : align);
}

void *_mi_os_alloc(size_t size, mi_stats_t *stats) {
    return _mi_os_alloc_aligned(size, FLEXOS_PAGE_SIZE, true, NULL, stats);
}

void _mi_os_free_ex(void *p, size_t size, bool committed, mi_stats_t *stats) {
    (void)committed;
    (void)stats;
    pages_unmap(p, size);
}

void _mi_os_free(void *p, size_t size, mi_stats_t *stats) {
    _mi_os_free_ex(p, size, true, stats);
}

/* The byte at `offset` of the result is aligned: some room in front of it is given back. */
static size_t room_in_front(size_t align, size_t offset) {
    return (offset + align - 1) / align * align - offset;
}

void *_mi_os_alloc_aligned_offset(size_t size, size_t align, size_t offset, bool commit,
                                  bool *large, mi_stats_t *stats) {
    size_t front = room_in_front(align, offset);
    char *p = _mi_os_alloc_aligned(size + front, align, commit, large, stats);
    if (p && front >= FLEXOS_PAGE_SIZE) {
        pages_unmap(p, front & ~(FLEXOS_PAGE_SIZE - 1));
    }
    return p ? p + front : NULL;
}

void _mi_os_free_aligned(void *p, size_t size, size_t align, size_t offset, bool committed,
                         mi_stats_t *stats) {
    (void)align;
    (void)offset;
    _mi_os_free_ex(p, size, committed, stats);
}

bool _mi_os_commit(void *p, size_t size, bool *is_zero, mi_stats_t *stats) {
    (void)p;
    (void)size;
    (void)stats;
    if (is_zero) {
        *is_zero = false;
    }
    return true;
}

/* Whole pages only; the caller does not count on zeroes, so small ranges just stay as they are. */
bool _mi_os_decommit(void *p, size_t size, mi_stats_t *stats) {
    uintptr_t start = ((uintptr_t)p + FLEXOS_PAGE_SIZE - 1) & ~(FLEXOS_PAGE_SIZE - 1);
    uintptr_t end = ((uintptr_t)p + size) & ~(FLEXOS_PAGE_SIZE - 1);
    (void)stats;
    if (end > start && end - start >= 16 * FLEXOS_PAGE_SIZE) {
        pages_drop((void *)start, end - start);
    }
    return true;
}

bool _mi_os_reset(void *p, size_t size, mi_stats_t *stats) {
    return _mi_os_decommit(p, size, stats);
}

bool _mi_os_protect(void *p, size_t size) {
    (void)p;
    (void)size;
    return false;
}

bool _mi_os_unprotect(void *p, size_t size) {
    (void)p;
    (void)size;
    return true;
}

size_t _mi_os_good_alloc_size(size_t size) {
    size_t align = size < 512 * 1024 ? FLEXOS_PAGE_SIZE : 64 * 1024;
    return size > SIZE_MAX - align ? size : (size + align - 1) / align * align;
}

void *_mi_os_alloc_huge_os_pages(size_t pages, int node, mi_msecs_t limit, size_t *reserved,
                                 size_t *size) {
    (void)pages;
    (void)node;
    (void)limit;
    *reserved = *size = 0;
    return NULL;
}

void _mi_os_free_huge_pages(void *p, size_t size, mi_stats_t *stats) {
    _mi_os_free_ex(p, size, true, stats);
}

int _mi_os_numa_node_get(mi_os_tld_t *tld) {
    (void)tld;
    return 0;
}

size_t _mi_os_numa_node_count_get(void) {
    return 1;
}

/* Milliseconds: when freed pages are given back. */
mi_msecs_t _mi_clock_now(void) {
    uint64_t ticks = __builtin_ia32_rdtsc() - flexos_published.tsc_base;
    if (flexos_published.tsc_mult == 0) {
        return flexos_clock(FLEXOS_CLOCK_MONOTONIC) / 1000000;
    }
    unsigned __int128 ns = (unsigned __int128)ticks * flexos_published.tsc_mult;
    return (mi_msecs_t)((uint64_t)(ns >> flexos_published.tsc_shift) / 1000000);
}

void _mi_options_init(void) {
}

/* Where mimalloc's default differs: its first segment is used like all others. */
long mi_option_get(mi_option_t option) {
    switch (option) {
    case mi_option_eager_commit:
    case mi_option_allow_decommit:
    case mi_option_decommit_extend_delay:
        return 1;
    case mi_option_decommit_delay:
        return 25;
    case mi_option_segment_decommit_delay:
        return 500;
    case mi_option_max_segment_reclaim:
        return 8;
    case mi_option_reserve_huge_os_pages_at:
        return -1;
    default:
        return 0;
    }
}

long mi_option_get_clamp(mi_option_t option, long min, long max) {
    long n = mi_option_get(option);
    return n < min ? min : n > max ? max : n;
}

bool mi_option_is_enabled(mi_option_t option) {
    return mi_option_get(option) != 0;
}

void _mi_verbose_message(const char *format, ...) {
    (void)format;
}

/* Details are not formatted: that would need libc. */
void _mi_warning_message(const char *format, ...) {
    (void)format;
}

/* Out of memory is told to the caller; anything else is a corrupted heap, and the image ends. */
void _mi_error_message(int error, const char *format, ...) {
    errno = ENOMEM;
    if (error != ENOMEM && error != EOVERFLOW) {
        flexos_console_write("alloc: ", 7);
        flexos_console_write(format, strlen(format));
        __builtin_trap();
    }
}

void _mi_stat_increase(mi_stat_count_t *stat, size_t amount) {
    (void)stat;
    (void)amount;
}

void _mi_stat_decrease(mi_stat_count_t *stat, size_t amount) {
    (void)stat;
    (void)amount;
}

void _mi_stat_counter_increase(mi_stat_counter_t *stat, size_t amount) {
    (void)stat;
    (void)amount;
}

void _mi_stats_done(mi_stats_t *stats) {
    (void)stats;
}

void mi_stats_reset(void) {
}

void mi_stats_print(void *out) {
    (void)out;
}

/* Numbers that tell heaps apart, not secrets: nothing that must be unpredictable is made of them.
 */
static uintptr_t next_random(mi_random_ctx_t *context) {
    uint64_t seed;
    memcpy(&seed, context->input, sizeof seed);
    seed += 0x9e3779b97f4a7c15;
    memcpy(context->input, &seed, sizeof seed);
    seed = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9;
    seed = (seed ^ seed >> 27) * 0x94d049bb133111eb;
    return seed ^ seed >> 31;
}

void _mi_random_init(mi_random_ctx_t *context) {
    uint64_t seed = __builtin_ia32_rdtsc() ^ (uintptr_t)context;
    memset(context, 0, sizeof *context);
    memcpy(context->input, &seed, sizeof seed);
}

void _mi_random_init_weak(mi_random_ctx_t *context) {
    _mi_random_init(context);
}

void _mi_random_reinit_if_weak(mi_random_ctx_t *context) {
    (void)context;
}

void _mi_random_split(mi_random_ctx_t *context, mi_random_ctx_t *other) {
    uint64_t seed = next_random(context);
    memset(other, 0, sizeof *other);
    memcpy(other->input, &seed, sizeof seed);
}

uintptr_t _mi_random_next(mi_random_ctx_t *context) {
    return next_random(context);
}

/* There is one heap user, which never ends before the image: nothing is registered. The manifest's
 * flags give these three other names, so libc's are not meant. */
int atexit(void (*function)(void)) {
    (void)function;
    return 0;
}

int pthread_key_create(pthread_key_t *key, void (*function)(void *)) {
    (void)key;
    (void)function;
    return 0;
}

int pthread_setspecific(pthread_key_t key, const void *value) {
    (void)key;
    (void)value;
    return 0;
}
