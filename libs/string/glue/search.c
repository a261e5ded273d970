/* SPDX-License-Identifier: BSD-3-Clause */
/* strlen, strnlen, memchr, memrchr, strchr, strchrnul, strcpy and stpcpy: looking for a byte,
 * sixteen at a time, with aligned loads. */
#include "vector.h"

void *memcpy(void *restrict to, const void *restrict from, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
void *memchr(const void *s, int c, size_t n);
void *memrchr(const void *s, int c, size_t n);
void *__memrchr(const void *s, int c, size_t n);
char *strchr(const char *s, int c);
char *strchrnul(const char *s, int c);
char *__strchrnul(const char *s, int c);
char *strcpy(char *restrict to, const char *restrict from);
char *stpcpy(char *restrict to, const char *restrict from);
char *__stpcpy(char *restrict to, const char *restrict from);

#define ALIAS(name) __attribute__((alias(#name)))

size_t strlen(const char *s) {
    unsigned behind;
    const unsigned char *p = round_down(s, &behind);
    unsigned mask = zeroes(load_aligned(p)) >> behind;
    if (mask != 0) {
        return lowest(mask);
    }
    /* Four vectors at a time, once aligned to that. */
    for (p += VECTOR; ((uintptr_t)p & (4 * VECTOR - 1)) != 0; p += VECTOR) {
        mask = zeroes(load_aligned(p));
        if (mask != 0) {
            return (size_t)(p - (const unsigned char *)s) + lowest(mask);
        }
    }
    for (;; p += 4 * VECTOR) {
        __m128i a = load_aligned(p), b = load_aligned(p + 16), c = load_aligned(p + 32),
                d = load_aligned(p + 48);
        __m128i least = _mm_min_epu8(_mm_min_epu8(a, b), _mm_min_epu8(c, d));
        if (zeroes(least) != 0) {
            break;
        }
    }
    while ((mask = zeroes(load_aligned(p))) == 0) {
        p += VECTOR;
    }
    return (size_t)(p - (const unsigned char *)s) + lowest(mask);
}

void *memchr(const void *s, int c, size_t n) {
    unsigned behind;
    const unsigned char *p = round_down(s, &behind);
    const unsigned char *start = s;
    const __m128i wanted = _mm_set1_epi8((char)c);
    if (n == 0) {
        return NULL;
    }
    size_t left = n;
    unsigned mask = equal(load_aligned(p), wanted) >> behind;
    if (mask != 0) {
        return lowest(mask) < n ? (void *)(start + lowest(mask)) : NULL;
    }
    size_t seen = VECTOR - behind;
    while (seen < left) {
        p += VECTOR;
        mask = equal(load_aligned(p), wanted);
        if (mask != 0) {
            return seen + lowest(mask) < n ? (void *)(p + lowest(mask)) : NULL;
        }
        seen += VECTOR;
    }
    return NULL;
}

size_t strnlen(const char *s, size_t n) {
    const char *end = memchr(s, 0, n);
    return end ? (size_t)(end - s) : n;
}

void *__memrchr(const void *s, int c, size_t n) {
    const unsigned char *start = s, *p = start + n;
    const __m128i wanted = _mm_set1_epi8((char)c);
    while ((size_t)(p - start) >= VECTOR) {
        unsigned mask = equal(load(p - VECTOR), wanted);
        if (mask != 0) {
            return (void *)(p - VECTOR + highest(mask));
        }
        p -= VECTOR;
    }
    while (p != start) {
        if (*--p == (unsigned char)c) {
            return (void *)p;
        }
    }
    return NULL;
}

void *memrchr(const void *s, int c, size_t n) ALIAS(__memrchr);

char *__strchrnul(const char *s, int c) {
    unsigned behind;
    const unsigned char *p = round_down(s, &behind);
    const __m128i wanted = _mm_set1_epi8((char)c);
    __m128i v = load_aligned(p);
    unsigned mask = (equal(v, wanted) | zeroes(v)) >> behind;
    if (mask != 0) {
        return (char *)s + lowest(mask);
    }
    do {
        p += VECTOR;
        v = load_aligned(p);
        mask = equal(v, wanted) | zeroes(v);
    } while (mask == 0);
    return (char *)p + lowest(mask);
}

char *strchrnul(const char *s, int c) ALIAS(__strchrnul);

char *strchr(const char *s, int c) {
    char *p = __strchrnul(s, c);
    return *p == (char)c ? p : NULL;
}

char *__stpcpy(char *restrict to, const char *restrict from) {
    size_t n = strlen(from);
    memcpy(to, from, n + 1);
    return to + n;
}

char *stpcpy(char *restrict to, const char *restrict from) ALIAS(__stpcpy);

char *strcpy(char *restrict to, const char *restrict from) {
    memcpy(to, from, strlen(from) + 1);
    return to;
}
