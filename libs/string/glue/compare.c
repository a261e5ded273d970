/* SPDX-License-Identifier: BSD-3-Clause */
/* memcmp, bcmp, strcmp and strncmp. Strings are compared sixteen bytes at a time unless one of them comes
 * near the end of a page, where a vector could reach into a page that does not exist. */
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

int memcmp(const void *left, const void *right, size_t n) {
    const unsigned char *a = left, *b = right;
    unsigned equals;
    if (n < VECTOR) {
        return compare_small(a, b, n);
    }
    for (const unsigned char *last = a + n - VECTOR; a < last; a += VECTOR, b += VECTOR) {
        equals = equal(load(a), load(b));
        if (equals != 0xffff) {
            return difference(a, b, equals);
        }
    }
    a = (const unsigned char *)left + n - VECTOR;
    b = (const unsigned char *)right + n - VECTOR;
    equals = equal(load(a), load(b));
    return equals == 0xffff ? 0 : difference(a, b, equals);
}

int bcmp(const void *a, const void *b, size_t n) {
    return memcmp(a, b, n);
}

static inline int near_page_end(const unsigned char *p) {
    return ((uintptr_t)p & (PAGE - 1)) > PAGE - VECTOR;
}

int strcmp(const char *left, const char *right) {
    const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;
    for (;;) {
        if (near_page_end(a) || near_page_end(b)) {
            for (int i = 0; i < VECTOR; i++, a++, b++) {
                if (*a != *b || *a == 0) {
                    return *a - *b;
                }
            }
            continue;
        }
        __m128i x = load(a);
        unsigned ends = (~equal(x, load(b)) & 0xffff) | zeroes(x);
        if (ends != 0) {
            return a[lowest(ends)] - b[lowest(ends)];
        }
        a += VECTOR;
        b += VECTOR;
    }
}

int strncmp(const char *left, const char *right, size_t n) {
    const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;
    while (n != 0) {
        if (n < VECTOR || near_page_end(a) || near_page_end(b)) {
            for (int i = 0; i < VECTOR && n != 0; i++, n--, a++, b++) {
                if (*a != *b || *a == 0) {
                    return *a - *b;
                }
            }
            continue;
        }
        __m128i x = load(a);
        unsigned ends = (~equal(x, load(b)) & 0xffff) | zeroes(x);
        if (ends != 0) {
            return a[lowest(ends)] - b[lowest(ends)];
        }
        a += VECTOR;
        b += VECTOR;
        n -= VECTOR;
    }
    return 0;
}
