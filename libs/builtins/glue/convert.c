/* SPDX-License-Identifier: BSD-3-Clause */
/* Conversions between 128-bit integers and floating point, integer powers, bit counts. Integers
 * become numbers in two steps that round once: the low part is kept as a sticky bit. Values out of
 * range saturate, as in compiler-rt. */
typedef unsigned __int128 u128;
typedef __int128 s128;

u128 __fixunsxfti(long double x);
s128 __fixxfti(long double x);
u128 __fixunsdfti(double x);
s128 __fixdfti(double x);
u128 __fixunssfti(float x);
s128 __fixsfti(float x);
long double __floatuntixf(u128 a);
long double __floattixf(s128 a);
double __floatuntidf(u128 a);
double __floattidf(s128 a);
float __floatuntisf(u128 a);
float __floattisf(s128 a);
float __powisf2(float x, int n);
double __powidf2(double x, int n);
long double __powixf2(long double x, int n);
int __popcountdi2(unsigned long a);

static const long double two64 = 0x1p64L, two127 = 0x1p127L, two128 = 0x1p128L;

u128 __fixunsxfti(long double x) {
    if (!(x >= 1)) {
        return 0;
    }
    if (x >= two128) {
        return ~(u128)0;
    }
    unsigned long high = (unsigned long)(x / two64); /* exact: a power of two */
    return (u128)high << 64 | (unsigned long)(x - (long double)high * two64);
}

s128 __fixxfti(long double x) {
    if (x >= two127) {
        return (s128)(~(u128)0 >> 1);
    }
    if (x <= -two127) {
        return (s128)((u128)1 << 127);
    }
    return x < 0 ? -(s128)__fixunsxfti(-x) : (s128)__fixunsxfti(x);
}

u128 __fixunsdfti(double x) {
    return __fixunsxfti(x);
}

s128 __fixdfti(double x) {
    return __fixxfti(x);
}

u128 __fixunssfti(float x) {
    return __fixunsxfti(x);
}

s128 __fixsfti(float x) {
    return __fixxfti(x);
}

/* The top 64 bits of a (normalised, or all of it), the lowest of them sticky, and their weight. */
static unsigned long top_bits(u128 a, int keep, int *shift) {
    unsigned long high = (unsigned long)(a >> 64), low = (unsigned long)a;
    int length = high ? 128 - __builtin_clzl(high) : low ? 64 - __builtin_clzl(low) : 0;
    *shift = length > keep ? length - keep : 0;
    unsigned long top = (unsigned long)(a >> *shift);
    return top | ((a & (((u128)1 << *shift) - 1)) != 0);
}

static double power_of_two(int n) { /* of a normal number */
    union {
        unsigned long bits;
        double number;
    } u = {(unsigned long)(1023 + n) << 52};
    return u.number;
}

/* 64 bits of mantissa: the sum of the halves rounds once. */
long double __floatuntixf(u128 a) {
    return (long double)(unsigned long)(a >> 64) * two64 + (long double)(unsigned long)a;
}

long double __floattixf(s128 a) {
    return a < 0 ? -__floatuntixf(-(u128)a) : __floatuntixf((u128)a);
}

double __floatuntidf(u128 a) {
    int shift;
    unsigned long top = top_bits(a, 62, &shift);
    return (double)top * power_of_two(shift);
}

double __floattidf(s128 a) {
    return a < 0 ? -__floatuntidf(-(u128)a) : __floatuntidf((u128)a);
}

float __floatuntisf(u128 a) {
    int shift;
    unsigned long top = top_bits(a, 62, &shift);
    return (float)top * (float)power_of_two(shift);
}

float __floattisf(s128 a) {
    return a < 0 ? -__floatuntisf(-(u128)a) : __floatuntisf((u128)a);
}

#define POWER(type, name)                                                                          \
    type name(type x, int n) {                                                                     \
        const _Bool inverse = n < 0;                                                               \
        type result = 1;                                                                           \
        for (unsigned left = inverse ? -(unsigned)n : (unsigned)n; left != 0; left >>= 1) {        \
            if (left & 1) {                                                                        \
                result *= x;                                                                       \
            }                                                                                      \
            x *= x;                                                                                \
        }                                                                                          \
        return inverse ? 1 / result : result;                                                      \
    }

POWER(float, __powisf2)
POWER(double, __powidf2)
POWER(long double, __powixf2)

int __popcountdi2(unsigned long a) {
    a = a - (a >> 1 & 0x5555555555555555);
    a = (a & 0x3333333333333333) + (a >> 2 & 0x3333333333333333);
    a = (a + (a >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return (int)(a * 0x0101010101010101 >> 56);
}
