/* SPDX-License-Identifier: BSD-3-Clause */
/* Misuse of the heaps: an object that is given to the wrong heap is reported and ends the image
 * before anything is corrupted. The trap makes the crash report show who did it. */
#include "heap.h"

#include <string.h>

#include <flexos/platform.h>

struct line {
    char text[200];
    size_t n;
};

static void add(struct line *line, const char *text) {
    size_t n = strlen(text);
    if (n > sizeof line->text - line->n) {
        n = sizeof line->text - line->n;
    }
    memcpy(line->text + line->n, text, n);
    line->n += n;
}

static void add_number(struct line *line, uintptr_t n, unsigned base) {
    char digits[24], *p = digits + sizeof digits - 1;
    *p = 0;
    do {
        *--p = "0123456789abcdef"[n % base];
    } while ((n /= base) != 0);
    add(line, p);
}

_Noreturn void heap_misuse(const char *function, const void *object) {
    struct line line = {.n = 0};
    uintptr_t domain = heap_domain(object);
    add(&line, "alloc: ");
    add(&line, function);
    add(&line, " of 0x");
    add_number(&line, (uintptr_t)object, 16);
    if (domain >= FLEXOS_DOMAINS) {
        add(&line, ", which lies in no heap");
    } else if (domain == FLEXOS_DOMAIN_SHARED) {
        add(&line, ", which is no object of the shared heap");
    } else {
        add(&line, ", an object of compartment ");
        add_number(&line, domain, 10);
    }
    add(&line, ", in compartment ");
    add_number(&line, heap_own(), 10);
    add(&line, "; an object is freed where it was allocated, or comes from the shared heap\n");
    flexos_console_write(line.text, line.n);
    __builtin_trap();
}
