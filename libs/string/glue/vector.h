/* SPDX-License-Identifier: BSD-3-Clause */
/* Sixteen bytes at a time, with SSE2 only. Loads that may reach beyond the data are always aligned,
 * so that they stay within a page that the data reaches too. */
#ifndef FLEXOS_STRING_VECTOR_H
#define FLEXOS_STRING_VECTOR_H

#include <emmintrin.h>
#include <stddef.h>
#include <stdint.h>

enum { VECTOR = 16, PAGE = 4096 };

static inline __m128i load(const void *p) { /* any address */
    return _mm_loadu_si128((const __m128i_u *)p);
}

static inline __m128i load_aligned(const void *p) {
    return _mm_load_si128((const __m128i *)p);
}

static inline void store(void *p, __m128i v) {
    _mm_storeu_si128((__m128i_u *)p, v);
}

/* Bit i: byte i of a is byte i of b. */
static inline unsigned equal(__m128i a, __m128i b) {
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b));
}

static inline unsigned zeroes(__m128i a) {
    return equal(a, _mm_setzero_si128());
}

static inline unsigned lowest(unsigned mask) {
    return (unsigned)__builtin_ctz(mask);
}

static inline unsigned highest(unsigned mask) {
    return 31U - (unsigned)__builtin_clz(mask);
}

/* p rounded down to a vector, and how far p lies behind that. */
static inline const unsigned char *round_down(const void *p, unsigned *behind) {
    *behind = (unsigned)((uintptr_t)p & (VECTOR - 1));
    return (const unsigned char *)p - *behind;
}

#endif
