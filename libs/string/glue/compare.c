/* SPDX-License-Identifier: BSD-3-Clause */
/* memcmp, bcmp, strcmp and strncmp. Strings are compared by vectors, but bytewise at the end of a
 * page, where a vector could reach into a page that does not exist. */
#include "vector.h"

int memcmp(const void *a, const void *b, size_t n);
int bcmp(const void *a, const void *b, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

typedef uint64_t __attribute__((may_alias, aligned(1))) word;
typedef uint32_t __attribute__((may_alias, aligned(1))) half;

static inline int order(uint64_t a, uint64_t b) { /* of bytes, lowest address first */
    a = __builtin_bswap64(a);
    b = __builtin_bswap64(b);
    return a < b ? -1 : a > b;
}

static inline int compare_small(const unsigned char *a, const unsigned char *b, size_t n) {
    if (n >= 8) {
        word x = *(const word *)a, y = *(const word *)b;
        if (x != y) {
            return order(x, y);
        }
        return order(*(const word *)(a + n - 8), *(const word *)(b + n - 8));
    }
    if (n >= 4) {
        half x = *(const half *)a, y = *(const half *)b;
        if (x != y) {
            return order(x, y);
        }
        return order(*(const half *)(a + n - 4), *(const half *)(b + n - 4));
    }
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i]) {
            return a[i] - b[i];
        }
    }
    return 0;
}

static inline int difference(const unsigned char *a, const unsigned char *b, unsigned equals) {
    unsigned i = lowest(~equals);
    return a[i] - b[i];
}

/* Whether 64 bytes are equal. */
static inline unsigned equal_64(const unsigned char *a, const unsigned char *b) {
    __m128i x =
        _mm_and_si128(_mm_cmpeq_epi8(load(a), load(b)), _mm_cmpeq_epi8(load(a + 16), load(b + 16)));
    __m128i y = _mm_and_si128(_mm_cmpeq_epi8(load(a + 32), load(b + 32)),
                              _mm_cmpeq_epi8(load(a + 48), load(b + 48)));
    return (unsigned)_mm_movemask_epi8(_mm_and_si128(x, y)) == 0xffff;
}

int memcmp(const void *left, const void *right, size_t n) {
    const unsigned char *a = left, *b = right;
    unsigned equals;
    if (n < VECTOR) {
        return compare_small(a, b, n);
    }
    const unsigned char *last = a + n - VECTOR;
    while (last - a >= 64 && equal_64(a, b)) {
        a += 64;
        b += 64;
    }
    for (; a < last; a += VECTOR, b += VECTOR) {
        equals = equal(load(a), load(b));
        if (equals != 0xffff) {
            return difference(a, b, equals);
        }
    }
    a = last;
    b = (const unsigned char *)right + n - VECTOR;
    equals = equal(load(a), load(b));
    return equals == 0xffff ? 0 : difference(a, b, equals);
}

int bcmp(const void *a, const void *b, size_t n) {
    return memcmp(a, b, n);
}

/* Bytes from p on to the end of its page. */
static inline size_t in_page(const unsigned char *p) {
    return PAGE - ((uintptr_t)p & (PAGE - 1));
}

static inline size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Where the strings end or differ within 16 bytes, as a mask. */
static inline unsigned ends(const unsigned char *a, const unsigned char *b) {
    __m128i x = load(a);
    return (~equal(x, load(b)) & 0xffff) | zeroes(x);
}

/* The same for 64 bytes, only whether: a byte of min(x, x == y) is zero if x is or if they differ.
 */
static inline unsigned ends_64(const unsigned char *a, const unsigned char *b) {
    __m128i x0 = load(a), x1 = load(a + 16), x2 = load(a + 32), x3 = load(a + 48);
    x0 = _mm_min_epu8(x0, _mm_cmpeq_epi8(x0, load(b)));
    x1 = _mm_min_epu8(x1, _mm_cmpeq_epi8(x1, load(b + 16)));
    x2 = _mm_min_epu8(x2, _mm_cmpeq_epi8(x2, load(b + 32)));
    x3 = _mm_min_epu8(x3, _mm_cmpeq_epi8(x3, load(b + 48)));
    return zeroes(_mm_min_epu8(_mm_min_epu8(x0, x1), _mm_min_epu8(x2, x3)));
}

/* At most n bytes, page by page: within one, vectors cannot reach too far. */
static inline int compare_strings(const unsigned char *a, const unsigned char *b, size_t n) {
    while (n != 0) {
        size_t here = least(n, least(in_page(a), in_page(b)));
        n -= here;
        for (; here >= 64 && ends_64(a, b) == 0; here -= 64) {
            a += 64;
            b += 64;
        }
        for (; here >= VECTOR; here -= VECTOR) {
            unsigned mask = ends(a, b);
            if (mask != 0) {
                return a[lowest(mask)] - b[lowest(mask)];
            }
            a += VECTOR;
            b += VECTOR;
        }
        for (; here != 0; here--, a++, b++) {
            if (*a != *b || *a == 0) {
                return *a - *b;
            }
        }
    }
    return 0;
}

int strcmp(const char *left, const char *right) {
    return compare_strings((const unsigned char *)left, (const unsigned char *)right, SIZE_MAX);
}

int strncmp(const char *left, const char *right, size_t n) {
    return compare_strings((const unsigned char *)left, (const unsigned char *)right, n);
}
