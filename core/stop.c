/* SPDX-License-Identifier: BSD-3-Clause */
/* How the TCB ends the image by itself: a refusal at start, or a broken invariant. */
#include "core/tcb.h"
#include "core/trap.h"

static size_t length(const char *text) {
    size_t n = 0;
    while (text[n] != '\0') {
        n++;
    }
    return n;
}

static void print(const char *text) {
    flexos_host_print(text, length(text));
}

_Noreturn void flexos_refuse(const char *what, const char *remedy) {
    print("flexos: the image refuses to start: ");
    print(what);
    print("\n  remedy: ");
    print(remedy);
    print("\n");
    flexos_host_exit(FLEXOS_EXIT_REFUSED);
}

_Noreturn void flexos_panic(const char *file, int line, const char *what) {
    char number[16];
    char *digit = number + sizeof number - 1;
    *digit = '\0';
    do {
        *--digit = (char)('0' + line % 10);
        line /= 10;
    } while (line > 0);
    print("flexos: broken invariant in the trusted computing base: ");
    print(file);
    print(":");
    print(digit);
    print(": ");
    print(what);
    print("\n");
    FLEXOS_STOP(FLEXOS_TRAP_ASSERT);
}
