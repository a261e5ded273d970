/* SPDX-License-Identifier: BSD-3-Clause */
/* Library string against plain loops: all small sizes, alignments of both sides, overlaps, and the
 * last bytes before a page that does not exist. Its functions come with the prefix fx_. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *fx_memcpy(void *to, const void *from, size_t n);
void *fx_memmove(void *to, const void *from, size_t n);
void *fx_mempcpy(void *to, const void *from, size_t n);
void *fx_memset(void *to, int byte, size_t n);
int fx_memcmp(const void *a, const void *b, size_t n);
int fx_strcmp(const char *a, const char *b);
int fx_strncmp(const char *a, const char *b, size_t n);
size_t fx_strlen(const char *s);
size_t fx_strnlen(const char *s, size_t n);
void *fx_memchr(const void *s, int c, size_t n);
void *fx_memrchr(const void *s, int c, size_t n);
char *fx_strchr(const char *s, int c);
char *fx_strchrnul(const char *s, int c);
char *fx_strcpy(char *to, const char *from);
char *fx_stpcpy(char *to, const char *from);

enum { ROOM = 64 * 1024, EDGE = 300 };

static int tests, failed;
static unsigned char *left, *right; /* ROOM bytes each, then a page that does not exist */
static unsigned char expected[ROOM];

static void result(int ok, const char *what) {
    tests++;
    failed += !ok;
    printf("%sok %d - %s\n", ok ? "" : "not ", tests, what);
}

static unsigned char *room(void) {
    unsigned char *p =
        mmap(NULL, ROOM + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED || mprotect(p + ROOM, 4096, PROT_NONE) != 0) {
        exit(1);
    }
    return p;
}

static void fill(unsigned char *p, size_t n, unsigned seed) {
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1103515245 + 12345;
        p[i] = (unsigned char)(seed >> 16);
    }
}

static int same(const unsigned char *a, const unsigned char *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i]) {
            return 0;
        }
    }
    return 1;
}

/* One copy between two places of one area, checked over the whole of its surroundings. */
static int copy_once(void *(*function)(void *, const void *, size_t), size_t to, size_t from,
                     size_t n, size_t area) {
    unsigned char *base = left + ROOM - area;
    fill(base, area, (unsigned)(to * 31 + from * 7 + n));
    for (size_t i = 0; i < area; i++) {
        expected[i] = base[i];
    }
    for (size_t i = 0; i < n; i++) {
        expected[to + i] = base[from + i];
    }
    void *returned = function(base + to, base + from, n);
    return (returned == base + to || function == fx_mempcpy) && same(base, expected, area);
}

static void copies(void) {
    static const size_t sizes[] = {600, 1000, 1023, 1024, 1025, 5000, 8191};
    int copy = 1, move = 1;
    for (size_t n = 0; n <= EDGE; n++) {
        for (size_t align = 0; align < 17; align++) {
            size_t area = 2 * n + 64;
            copy = copy && copy_once(fx_memcpy, align, area - n - align % 5, n, area);
            copy = copy && copy_once(fx_memcpy, area - n, align, n, area);
            move = move && copy_once(fx_memmove, align, 16, n, area);
            move = move &&
                   copy_once(fx_memmove, 16 + align * n / 16, 16 + (16 - align) * n / 16, n, area);
        }
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t by = 0; by < 70; by++) {
            size_t n = sizes[i], area = 2 * n + 256;
            copy = copy && copy_once(fx_memcpy, by, area - n - by % 13, n, area);
            move = move && copy_once(fx_memmove, by, 40, n, area);
            move = move && copy_once(fx_memmove, 40 + n / 2, 40 + by, n, area);
        }
    }
    result(copy, "memcpy");
    result(move, "memmove, overlapping");
    result(fx_mempcpy(left, right, 77) == left + 77, "mempcpy");
}

static void sets(void) {
    int good = 1;
    for (size_t n = 0; n < 2 * EDGE; n++) {
        for (size_t align = 0; align < 17; align++) {
            size_t area = n + 40, at = area - n - align;
            unsigned char *base = left + ROOM - area;
            fill(base, area, (unsigned)n);
            for (size_t i = 0; i < area; i++) {
                expected[i] = i >= at && i < at + n ? 0xa7 : base[i];
            }
            good =
                good && fx_memset(base + at, 0x1a7, n) == base + at && same(base, expected, area);
        }
    }
    fx_memset(left, 9, ROOM);
    for (size_t i = 0; i < ROOM; i++) {
        good = good && left[i] == 9;
    }
    result(good, "memset");
}

static int sign(int n) {
    return (n > 0) - (n < 0);
}

/* Two buffers that end before their pages do, equal or different in one place. */
static void comparisons(void) {
    int mem = 1, str = 1, strn = 1;
    for (size_t n = 1; n < EDGE; n++) {
        for (size_t shift = 0; shift < 18; shift += shift < 3 ? 1 : 5) {
            unsigned char *a = left + ROOM - n, *b = right + ROOM - n - shift;
            for (size_t i = 0; i < n; i++) {
                a[i] = b[i] = (unsigned char)(1 + i % 250);
            }
            mem = mem && fx_memcmp(a, b, n) == 0;
            a[n - 1] = b[n - 1] = 0;
            str =
                str && fx_strcmp((char *)a, (char *)b) == 0 && fx_strcmp((char *)b, (char *)a) == 0;
            strn = strn && fx_strncmp((char *)a, (char *)b, n + 100) == 0;
            for (size_t at = 0; at < n; at += n > 40 ? 7 : 1) {
                unsigned char saved = a[at];
                a[at] = (unsigned char)(saved ^ 0x80);
                int want = sign(a[at] - b[at]);
                mem = mem && sign(fx_memcmp(a, b, n)) == want && sign(fx_memcmp(b, a, n)) == -want;
                if (at != n - 1) { /* keeps its end */
                    str = str && sign(fx_strcmp((char *)a, (char *)b)) == want &&
                          sign(fx_strcmp((char *)b, (char *)a)) == -want;
                    strn = strn && sign(fx_strncmp((char *)a, (char *)b, at + 1)) == want;
                    strn = strn && fx_strncmp((char *)a, (char *)b, at) == 0;
                }
                a[at] = saved;
            }
        }
    }
    result(mem, "memcmp");
    result(str, "strcmp");
    result(strn, "strncmp");
}

static void searches(void) {
    int length = 1, nlength = 1, chr = 1, rchr = 1, strchrs = 1, copies_ = 1;
    for (size_t n = 1; n < EDGE; n++) {
        for (size_t tail = 0; tail < 20; tail += tail < 2 ? 1 : 6) {
            unsigned char *s = left + ROOM - n - tail;
            fx_memset(s, 'x', n + tail);
            s[n - 1] = 0;
            length = length && fx_strlen((char *)s) == n - 1;
            nlength = nlength && fx_strnlen((char *)s, n + tail) == n - 1 &&
                      fx_strnlen((char *)s, n / 2) == (n / 2 < n - 1 ? n / 2 : n - 1);
            chr = chr && fx_memchr(s, 'y', n) == NULL && fx_memchr(s, 0, n) == s + n - 1 &&
                  fx_memchr(s, 0, n - 1) == NULL && fx_memchr(s, 0, SIZE_MAX) == s + n - 1;
            strchrs = strchrs && fx_strchr((char *)s, 'y') == NULL &&
                      fx_strchrnul((char *)s, 'y') == (char *)s + n - 1 &&
                      fx_strchr((char *)s, 0) == (char *)s + n - 1;
            copies_ = copies_ &&
                      fx_strcpy((char *)right + ROOM - n, (char *)s) == (char *)right + ROOM - n &&
                      same(right + ROOM - n, s, n) &&
                      fx_stpcpy((char *)right + ROOM - n, (char *)s) == (char *)right + ROOM - 1;
            for (size_t at = 0; at + 1 < n; at += n > 40 ? 11 : 1) {
                s[at] = 'y';
                chr = chr && fx_memchr(s, 'y', n) == s + at && fx_memchr(s, 'y', at) == NULL;
                rchr = rchr && fx_memrchr(s, 'y', n + tail) == s + at &&
                       fx_memrchr(s + at + 1, 'y', n - at - 1) == NULL;
                strchrs = strchrs && fx_strchr((char *)s, 'y') == (char *)s + at;
                s[at] = 'x';
            }
        }
    }
    result(length, "strlen");
    result(nlength, "strnlen");
    result(chr, "memchr");
    result(rchr, "memrchr");
    result(strchrs, "strchr, strchrnul");
    result(copies_, "strcpy, stpcpy");
}

int main(void) {
    left = room();
    right = room();
    copies();
    sets();
    comparisons();
    searches();
    printf("1..%d\n", tests);
    return failed != 0;
}
