/* SPDX-License-Identifier: BSD-3-Clause */
/* Compartment 3: a third party between the other two. */
#include "common.h"

SERVICE(3, void, exit, (int status));
long lib_of_third(long what, long value);

int errno_slots[FLEXOS_MAX_THREADS] __asm__("flexos_errno_slots$3");
static volatile long secret = 815;

/* A deputy: writes where its caller says. */
long real_third_poke(long *where) {
    *where = 666;
    return 0;
}

long real_third(long what, long value) {
    struct forge f = {.sp = __flexos_sp_now_3, .record = 2, .mxcsr = 0x1f80, .fcw = 0x37f};
    switch (what) {
    case 0:
        return value * 2 + secret - 815;
    case 1: /* calls lib over the call gate of app, with a guessed secret */
        f.site = (uint64_t)__flexos_pkru_call_1_2;
        f.rax = flexos_layout.domains[2].pkru;
        f.r14 = 0x123456789abcdef;
        f.r11 = INDEX_ADMIN;
        return forge_call(&f);
    case 2: /* returns to app in lib's place, with a guessed secret */
        forge_return((uint64_t)__flexos_pkru_return_1_2, flexos_layout.domains[1].pkru,
                     0x123456789abcdef, (uint64_t)value);
    case 3: /* lib returns to app, which waits for third */
        return lib_of_third(1, value);
    default:
        return -1;
    }
}
