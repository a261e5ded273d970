/* SPDX-License-Identifier: BSD-3-Clause */
/* memcpy, memmove and mempcpy. Up to 128 bytes everything is loaded before anything is stored, with
 * loads that overlap in the middle, so short copies need no loop and may overlap. Longer ones store
 * aligned; from LARGE bytes on the processor's own copy is faster. */
#include "vector.h"

enum { LARGE = 1024 };

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *mempcpy(void *restrict to, const void *restrict from, size_t n);

typedef uint64_t __attribute__((may_alias, aligned(1))) word;
typedef uint32_t __attribute__((may_alias, aligned(1))) half;
typedef uint16_t __attribute__((may_alias, aligned(1))) quarter;

static inline void copy_to_16(char *d, const char *s, size_t n) {
    if (n >= 8) {
        word a = *(const word *)s, b = *(const word *)(s + n - 8);
        *(word *)d = a;
        *(word *)(d + n - 8) = b;
    } else if (n >= 4) {
        half a = *(const half *)s, b = *(const half *)(s + n - 4);
        *(half *)d = a;
        *(half *)(d + n - 4) = b;
    } else if (n >= 2) {
        quarter a = *(const quarter *)s, b = *(const quarter *)(s + n - 2);
        *(quarter *)d = a;
        *(quarter *)(d + n - 2) = b;
    } else if (n != 0) {
        *d = *s;
    }
}

static inline void copy_to_64(char *d, const char *s, size_t n) { /* 17 to 64 */
    if (n <= 32) {
        __m128i a = load(s), b = load(s + n - 16);
        store(d, a);
        store(d + n - 16, b);
    } else {
        __m128i a = load(s), b = load(s + 16), y = load(s + n - 32), z = load(s + n - 16);
        store(d, a);
        store(d + 16, b);
        store(d + n - 32, y);
        store(d + n - 16, z);
    }
}

static inline void copy_to_128(char *d, const char *s, size_t n) { /* 65 to 128 */
    __m128i a = load(s), b = load(s + 16), c = load(s + 32), e = load(s + 48);
    __m128i w = load(s + n - 64), x = load(s + n - 48), y = load(s + n - 32), z = load(s + n - 16);
    store(d, a);
    store(d + 16, b);
    store(d + 32, c);
    store(d + 48, e);
    store(d + n - 64, w);
    store(d + n - 48, x);
    store(d + n - 32, y);
    store(d + n - 16, z);
}

static inline void copy_small(char *d, const char *s, size_t n) { /* up to 128 */
    if (n <= 16) {
        copy_to_16(d, s, n);
    } else if (n <= 64) {
        copy_to_64(d, s, n);
    } else {
        copy_to_128(d, s, n);
    }
}

/* More than 128 bytes, front to back; right also if d lies before s. The first and last bytes are
 * loaded before the loop may overwrite them. */
static void copy_forward(char *d, const char *s, size_t n) {
    __m128i first = load(s), y0 = load(s + n - 64), y1 = load(s + n - 48), y2 = load(s + n - 32),
            y3 = load(s + n - 16);
    char *end = d + n, *start = d;
    size_t skip = VECTOR - ((uintptr_t)d & (VECTOR - 1));
    d += skip;
    s += skip;
    while (d + 64 < end) {
        __m128i a = load(s), b = load(s + 16), c = load(s + 32), e = load(s + 48);
        _mm_store_si128((__m128i *)d, a);
        _mm_store_si128((__m128i *)(d + 16), b);
        _mm_store_si128((__m128i *)(d + 32), c);
        _mm_store_si128((__m128i *)(d + 48), e);
        d += 64;
        s += 64;
    }
    store(end - 64, y0);
    store(end - 48, y1);
    store(end - 32, y2);
    store(end - 16, y3);
    store(start, first);
}

/* The same, back to front, for d behind s. */
static void copy_backward(char *d, const char *s, size_t n) {
    __m128i last = load(s + n - 16), y0 = load(s), y1 = load(s + 16), y2 = load(s + 32),
            y3 = load(s + 48);
    char *start = d, *end = d + n, *to = (char *)((uintptr_t)end & ~(uintptr_t)(VECTOR - 1));
    const char *from = s + (to - d);
    while (to - 64 > start) {
        __m128i a = load(from - 16), b = load(from - 32), c = load(from - 48), e = load(from - 64);
        to -= 64;
        from -= 64;
        _mm_store_si128((__m128i *)(to + 48), a);
        _mm_store_si128((__m128i *)(to + 32), b);
        _mm_store_si128((__m128i *)(to + 16), c);
        _mm_store_si128((__m128i *)to, e);
    }
    store(end - 16, last);
    store(start, y0);
    store(start + 16, y1);
    store(start + 32, y2);
    store(start + 48, y3);
}

static inline void copy_large(char *d, const char *s, size_t n) {
    __asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(n) : : "memory");
}

void *memcpy(void *restrict to, const void *restrict from, size_t n) {
    if (n <= 128) {
        copy_small(to, from, n);
    } else if (n < LARGE) {
        copy_forward(to, from, n);
    } else {
        copy_large(to, from, n);
    }
    return to;
}

void *memmove(void *to, const void *from, size_t n) {
    char *d = to;
    const char *s = from;
    if (n <= 128) {
        copy_small(d, s, n);
    } else if ((uintptr_t)d - (uintptr_t)s < n) { /* d lies inside s */
        copy_backward(d, s, n);
    } else if (n < LARGE || (uintptr_t)s - (uintptr_t)d < n) {
        copy_forward(d, s, n);
    } else {
        copy_large(d, s, n);
    }
    return to;
}

void *mempcpy(void *restrict to, const void *restrict from, size_t n) {
    return (char *)memcpy(to, from, n) + n;
}
