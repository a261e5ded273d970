/* SPDX-License-Identifier: BSD-3-Clause */
/* Division of 128-bit integers. The processor divides 128 by 64 bits if the quotient fits in 64. */
typedef unsigned __int128 u128;
typedef __int128 s128;
typedef unsigned long u64;

u128 __udivti3(u128 a, u128 b);
u128 __umodti3(u128 a, u128 b);
s128 __divti3(s128 a, s128 b);
s128 __modti3(s128 a, s128 b);

/* (high:low) / divisor for high < divisor. */
static u64 divide_word(u64 high, u64 low, u64 divisor, u64 *rest) {
    u64 quotient;
    __asm__("divq %4" : "=a"(quotient), "=d"(*rest) : "0"(low), "1"(high), "r"(divisor) : "cc");
    return quotient;
}

static u128 divide(u128 a, u128 b, u128 *rest) {
    u64 a1 = (u64)(a >> 64), a0 = (u64)a, b1 = (u64)(b >> 64), b0 = (u64)b, remainder;
    if (b1 == 0) {
        u64 q1 = a1 < b0 ? 0 : a1 / b0;
        u64 q0 = divide_word(a1 < b0 ? a1 : a1 % b0, a0, b0, &remainder);
        *rest = remainder;
        return (u128)q1 << 64 | q0;
    }
    if (a < b) {
        *rest = a;
        return 0;
    }
    /* The quotient has at most 64 bits. Estimate it with the divisor's top word, normalised so
     * that its highest bit is set: the estimate is at most one too large after halving a. */
    int shift = __builtin_clzl(b1);
    u64 top = (u64)((b << shift) >> 64);
    u128 half = a >> 1;
    u64 estimate = divide_word((u64)(half >> 64), (u64)half, top, &remainder);
    estimate = estimate >> (63 - shift);
    if (estimate != 0) {
        estimate--;
    }
    u128 left = a - (u128)estimate * b;
    while (left >= b) {
        left -= b;
        estimate++;
    }
    *rest = left;
    return estimate;
}

u128 __udivti3(u128 a, u128 b) {
    u128 rest;
    return divide(a, b, &rest);
}

u128 __umodti3(u128 a, u128 b) {
    u128 rest;
    divide(a, b, &rest);
    return rest;
}

static u128 magnitude(s128 a) {
    return a < 0 ? -(u128)a : (u128)a;
}

s128 __divti3(s128 a, s128 b) {
    u128 rest, quotient = divide(magnitude(a), magnitude(b), &rest);
    return (s128)((a < 0) != (b < 0) ? -quotient : quotient);
}

s128 __modti3(s128 a, s128 b) {
    u128 rest;
    divide(magnitude(a), magnitude(b), &rest);
    return (s128)(a < 0 ? -rest : rest);
}
