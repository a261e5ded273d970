/* SPDX-License-Identifier: BSD-3-Clause */
/* memset, by the scheme of copy.c. */
#include "vector.h"

enum { LARGE = 1024 };

void *memset(void *to, int byte, size_t n);

typedef uint64_t __attribute__((may_alias, aligned(1))) word;
typedef uint32_t __attribute__((may_alias, aligned(1))) half;
typedef uint16_t __attribute__((may_alias, aligned(1))) quarter;

static inline void set_to_16(char *d, uint64_t bytes, size_t n) {
    if (n >= 8) {
        *(word *)d = bytes;
        *(word *)(d + n - 8) = bytes;
    } else if (n >= 4) {
        *(half *)d = (half)bytes;
        *(half *)(d + n - 4) = (half)bytes;
    } else if (n >= 2) {
        *(quarter *)d = (quarter)bytes;
        *(quarter *)(d + n - 2) = (quarter)bytes;
    } else if (n != 0) {
        *d = (char)bytes;
    }
}

static inline void set_loop(char *d, __m128i v, size_t n) { /* more than 64 */
    char *end = d + n;
    store(d, v);
    d += VECTOR - ((uintptr_t)d & (VECTOR - 1));
    while (d + 64 < end) {
        _mm_store_si128((__m128i *)d, v);
        _mm_store_si128((__m128i *)(d + 16), v);
        _mm_store_si128((__m128i *)(d + 32), v);
        _mm_store_si128((__m128i *)(d + 48), v);
        d += 64;
    }
    store(end - 64, v);
    store(end - 48, v);
    store(end - 32, v);
    store(end - 16, v);
}

static inline void set_large(char *d, int byte, size_t n) {
    __asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(byte) : "memory");
}

void *memset(void *to, int byte, size_t n) {
    char *d = to;
    if (n <= 16) {
        set_to_16(d, 0x0101010101010101U * (unsigned char)byte, n);
        return to;
    }
    __m128i v = _mm_set1_epi8((char)byte);
    if (n <= 32) {
        store(d, v);
        store(d + n - 16, v);
    } else if (n <= 64) {
        store(d, v);
        store(d + 16, v);
        store(d + n - 32, v);
        store(d + n - 16, v);
    } else if (n < LARGE) {
        set_loop(d, v, n);
    } else {
        set_large(d, byte, n);
    }
    return to;
}
