/* SPDX-License-Identifier: BSD-3-Clause */
/* Compartment 2: the callee. Also the attacker of attacks on the way back. */
#include <stdarg.h>

#include "common.h"

SERVICE(2, void, exit, (int status));
long third_of_lib(long what, long value);
long thunk_app_back(long depth, long value);
long thunk_app_jump(long value);
uint64_t state_now(uint32_t *mxcsr, uint32_t *fcw_and_tags);

int errno_slots[FLEXOS_MAX_THREADS] __asm__("flexos_errno_slots$2");
long canary[64] __attribute__((aligned(64))) = {42};

long real_lib_nothing(long a, long b, long c, long d) {
    return a + b + c + d;
}

long real_lib_integers(long a, long b, long c, long d, long e, long f) {
    return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f;
}

double real_lib_doubles(double a, double b, double c, double d, double e, double f, double g,
                        double h) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}

struct pair_of_longs real_lib_two_integers(long a) {
    return (struct pair_of_longs){a + 1, a + 2};
}

struct pair_of_doubles real_lib_two_doubles(double a) {
    return (struct pair_of_doubles){a + 1, a + 2};
}

struct long_double_pair real_lib_integer_double(long a, double b) {
    return (struct long_double_pair){a + 1, b + 1};
}

struct double_long_pair real_lib_double_integer(double a, long b) {
    return (struct double_long_pair){a + 1, b + 1};
}

long double real_lib_long_double(long double a) {
    return a / 3;
}

_Complex long double real_lib_complex(long double a, long double b) {
    _Complex long double result;
    __real__ result = a + 1;
    __imag__ result = b + 2;
    return result;
}

struct big real_lib_memory(long a) {
    return (struct big){{a, a + 1, a + 2, a + 3, a + 4}};
}

long real_lib_ten(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) {
    return a + b + c + d + e + f + 10 * g + 100 * h + 1000 * i + 10000 * j;
}

long real_lib_nine(long a, long b, long c, long d, long e, long f, long g, long h, long i) {
    return real_lib_ten(a, b, c, d, e, f, g, h, i, 0);
}

/* count pairs of a long and a double. */
double real_lib_variadic(long count, ...) {
    va_list list;
    double sum = 0;
    va_start(list, count);
    for (long i = 0; i < count; i++) {
        sum += (double)(va_arg(list, long) * (i + 1));
        sum += va_arg(list, double) * 1000;
    }
    va_end(list);
    return sum;
}

long real_lib_errno(long value) {
    if (value != 0) {
        errno_slots[flexos_published.current] = (int)value;
        return -1;
    }
    return errno_slots[flexos_published.current];
}

long real_lib_nest(long depth, long value) {
    volatile long mine = value * 3;
    if (depth > 0) {
        const long below = thunk_app_back(depth - 1, value + 1);
        return mine == value * 3 ? below + 1 : -1000000;
    }
    return value;
}

long real_lib_hooked(long a, long b, double x, struct three_words s) {
    return a + b + (long)x + s.word[0] + s.word[2];
}

long real_lib_call_third(long what, long value) {
    return third_of_lib(what, value);
}

long real_lib_call_back(long value) {
    volatile long mine = 5;
    const long back = thunk_app_jump(value);
    return back + mine;
}

/* Whether the canary is still alive; 0 when somebody wrote on it. */
long real_lib_canary(void) {
    for (unsigned i = 1; i < 64; i++) {
        if (canary[i] != 0) {
            return 0;
        }
    }
    return canary[0];
}

long real_lib_read(const long *address) {
    return *(const volatile long *)address;
}

/* 0 if the flags and the floating-point units are as C expects them. */
long real_lib_state(long what) {
    uint32_t mxcsr, x87[2];
    const uint64_t flags = state_now(&mxcsr, x87);
    if (what == 0) {
        return (flags & 0x400) != 0;
    }
    return mxcsr != 0x1f80 || x87[0] != 0x37f || x87[1] != 0xffff;
}

/* A function that app must not call. */
void real_lib_admin(void) {
    exit(STATUS_SUCCESS);
}

long real_lib_stack_use(void) {
    volatile long much[16];
    for (unsigned i = 0; i < 16; i++) {
        much[i] = -1;
    }
    return much[3];
}

/* Attacks on the return to app (pair 1 -> 2). */
long real_lib_attack(long what, long value) {
    const struct secret *s = &flexos_secret_table[2 * PAIR_1_2 + 1];
    const uint64_t site = (uint64_t)__flexos_pkru_return_1_2;
    uint32_t right = flexos_layout.domains[1].pkru;
    switch (what) {
    case 0: /* PKRU that opens everything */
        forge_return(site, 0, *s->of_callee, 1);
    case 1: /* the return secret, but app waits for somebody else */
        forge_return(site, right, *s->of_callee, (uint64_t)value);
    case 2: /* return with DF set */
        __asm__ volatile("std");
        return 0;
    case 3: { /* return with other rounding modes and a full x87 stack */
        uint32_t mxcsr = 0x7f80, fcw = 0xc7f;
        __asm__ volatile(
            "ldmxcsr %0; fldcw %1; fld1; fld1; fld1; fld1; fld1; fld1; fld1; fld1" ::"m"(mxcsr),
            "m"(fcw));
        return 0;
    }
    case 4: /* return with AC set */
        __asm__ volatile("pushfq; orl $0x40000, (%%rsp); popfq" ::: "memory", "cc");
        return 0;
    default:
        return -1;
    }
}
