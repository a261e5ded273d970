/* SPDX-License-Identifier: BSD-3-Clause */
/* See planted.h. Uses nothing of libc, which may live in another compartment. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <flexos/flexos.h>
#include <flexos/published.h>
#include <flexos/sched.h>
#include <flexos/time.h>

#include "planted.h"
#include "planted_layout.h"

#define THREADS 12 /* stacks looked at; Redis has fewer threads */

struct text;

struct search {
    unsigned char needle[64];
    size_t length;
    bool spoil;
    uint64_t found, ranges;
    uint64_t bytes;
    uintptr_t first;
    struct text *list; /* of the ranges, or NULL */
    const char *last;
    unsigned last_domain;
};

struct text {
    char *at, *end;
};

static void put(struct text *t, const char *word) {
    while (*word && t->at < t->end)
        *t->at++ = *word++;
}

static void put_number(struct text *t, uint64_t n, unsigned base) {
    char digits[24];
    int i = (int)sizeof digits - 1;

    digits[i] = 0;
    do
        digits[--i] = "0123456789abcdef"[n % base];
    while (n /= base);
    put(t, digits + i);
}

/* The next word, ended by a blank or the end; moves on. */
static size_t word(const char **from, char *to, size_t room) {
    size_t n = 0;

    for (; **from && **from != ' ' && n < room - 1; (*from)++)
        to[n++] = **from;
    to[n] = 0;
    *from += **from == ' ';
    return n;
}

static uintptr_t hexadecimal(const char *digits) {
    uintptr_t n = 0;

    for (; *digits; digits++)
        n = n << 4 | (uintptr_t)(*digits <= '9' ? *digits - '0' : *digits - 'a' + 10);
    return n;
}

static unsigned read_pkru(const struct flexos_layout *layout) {
    unsigned value = 0;

    if (layout->mechanism != FLEXOS_MECHANISM_NONE)
        __asm__ volatile("rdpkru" : "=a"(value) : "c"(0) : "rdx");
    return value;
}

static void look(struct search *s, uintptr_t start, uintptr_t end) {
    unsigned char *at = (unsigned char *)start, *stop = (unsigned char *)end;

    while (s->length && (at = memchr(at, s->needle[0] - 1, (size_t)(stop - at))) != NULL) {
        size_t same = 0;

        while (same < s->length && at + same < stop && at[same] == (unsigned char)(s->needle[same] - 1))
            same++;
        if (same == s->length) {
            if (!s->found++)
                s->first = (uintptr_t)at;
            if (s->spoil)
                *(volatile unsigned char *)at = '!';
        }
        if (++at == stop)
            break;
    }
}

static void range(struct search *s, const char *what, unsigned domain, uintptr_t start, uintptr_t end) {
    if (start == end)
        return;
    s->ranges++;
    s->bytes += end - start;
    if (s->list) {
        if (what == s->last && domain == s->last_domain) /* the stacks of an arena: one line is enough */
            return;
        s->last = what;
        s->last_domain = domain;
        put(s->list, what);
        put(s->list, " ");
        put_number(s->list, domain, 10);
        put(s->list, " ");
        put_number(s->list, end - start, 10);
        put(s->list, "\n");
        return;
    }
    look(s, start, end);
}

static void arena(struct search *s, unsigned k, bool own, bool shared) {
    uintptr_t base = (uintptr_t)flexos_arena(k), slot = flexos_published.stack_slot;

    if (own)
        range(s, "heap", k, base + FLEXOS_HEAP_OFFSET, base + FLEXOS_HEAP_OFFSET + flexos_published.heap_size);
    for (unsigned both = 0; both < 2 && k != FLEXOS_DOMAIN_SHARED; both++) {
        for (uintptr_t t = 0; t < THREADS && (both ? shared : own); t++) {
            uintptr_t low = base + t * slot + FLEXOS_PAGE_SIZE + both * FLEXOS_STACKS_SHARED;

            range(s, both ? "shared-stack" : "stack", k, low, low + slot - FLEXOS_PAGE_SIZE);
        }
    }
}

static void search(struct search *s, const struct flexos_layout *layout) {
    unsigned pkru = read_pkru(layout);

    for (unsigned k = 1; k < FLEXOS_DOMAINS; k++) {
        const struct flexos_layout_domain *domain = &layout->domains[k];
        bool own = (pkru >> (2 * k) & 3) == 0;

        if (layout->mechanism == FLEXOS_MECHANISM_NONE) {
            if (k == 1) {
                range(s, "linked", k, domain->start, domain->end);
                arena(s, k, true, false);
            }
            continue;
        }
        if (own)
            range(s, "linked", k, domain->start, domain->end);
        if (k <= layout->compartments || k == FLEXOS_DOMAIN_SHARED)
            arena(s, k, own, true);
    }
}

static __attribute__((noinline)) unsigned long wild_read(volatile unsigned long *address) {
    return *address;
}

static __attribute__((noinline)) void wild_write(volatile unsigned long *address) {
    *address = 0x21212121;
}

size_t PLANTED(obey)(const char *command, char *answer, size_t room) {
    struct search s = {0};
    struct text out = {answer, answer + room};
    char verb[16], digits[20];
    uintptr_t address;

    word(&command, verb, sizeof verb);
    word(&command, digits, sizeof digits);
    address = hexadecimal(digits);
    s.length = word(&command, (char *)s.needle, sizeof s.needle);
    s.spoil = strcmp(verb, "spoil") == 0;
    s.list = strcmp(verb, "ranges") == 0 ? &out : NULL;
    if (strcmp(verb, "read") == 0) {
        put(&out, "read ");
        put_number(&out, wild_read((void *)address), 16);
    } else if (strcmp(verb, "write") == 0) {
        wild_write((void *)address);
        put(&out, "written");
    } else {
        search(&s, (const void *)address);
    }
    if (s.ranges && !s.list) {
        put(&out, "found ");
        put_number(&out, s.found, 10);
        put(&out, " in ");
        put_number(&out, s.bytes, 10);
        put(&out, " bytes, first at ");
        put_number(&out, s.first, 16);
    }
    return (size_t)(out.at - answer);
}

#ifndef PLANTED_DOOR
/* A thread of this library: looks into the box now and then. */
static void watch(void *unused) {
    size_t length = strlen(PLANTED_NAME);

    (void)unused;
    for (;;) {
        sched_sleep_until(flexos_clock_ns() + 20000000u);
        if (planted_box.asked == planted_box.answered || strncmp(planted_box.command, PLANTED_NAME, length) != 0 ||
            planted_box.command[length] != ' ')
            continue;
        size_t size = PLANTED(obey)(planted_box.command + length + 1, planted_box.answer, PLANTED_TEXT - 1);

        planted_box.answer[size] = 0;
        planted_box.answered = planted_box.asked;
    }
}

static __attribute__((constructor)) void begin(void) {
    sched_spawn(watch, NULL);
}
#endif
