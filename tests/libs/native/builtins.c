/* SPDX-License-Identifier: BSD-3-Clause */
/* Library builtins against the host compiler's own functions. Its functions come with the prefix
 * fx_. */
#include <complex.h>
#include <stdio.h>
#include <stdlib.h>

typedef unsigned __int128 u128;
typedef __int128 s128;

u128 fx_udiv(u128, u128) __asm__("fx___udivti3");
u128 fx_umod(u128, u128) __asm__("fx___umodti3");
s128 fx_div(s128, s128) __asm__("fx___divti3");
s128 fx_mod(s128, s128) __asm__("fx___modti3");
double fx_double(u128) __asm__("fx___floatuntidf");
float fx_float(u128) __asm__("fx___floatuntisf");
long double fx_long(u128) __asm__("fx___floatuntixf");
double fx_sdouble(s128) __asm__("fx___floattidf");
u128 fx_fixu(double) __asm__("fx___fixunsdfti");
s128 fx_fix(double) __asm__("fx___fixdfti");
double fx_power(double, int) __asm__("fx___powidf2");
int fx_bits(unsigned long) __asm__("fx___popcountdi2");
double _Complex fx_muldc3(double, double, double, double) __asm__("fx___muldc3");
double _Complex fx_divdc3(double, double, double, double) __asm__("fx___divdc3");
long double _Complex fx_divxc3(long double, long double, long double,
                               long double) __asm__("fx___divxc3");
double _Complex __muldc3(double, double, double, double);
double _Complex __divdc3(double, double, double, double);

enum { CASES = 400000 };

static int tests, failed;

static void result(int ok, const char *what) {
    tests++;
    failed += !ok;
    printf("%sok %d - %s\n", ok ? "" : "not ", tests, what);
}

static unsigned long seed = 1;
static u128 any(void) { /* of any length */
    u128 n = 0;
    for (int i = 0; i < 4; i++) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        n = n << 32 | seed >> 32;
    }
    return n >> (seed >> 57);
}

static void integers(void) {
    int divides = 1, converts = 1, back = 1, counts = 1;
    for (int i = 0; i < CASES; i++) {
        u128 a = any(), b = any();
        b = b != 0 ? b : 1;
        s128 sa = (s128)a, sb = (s128)b == -1 ? 1 : (s128)b;
        divides = divides && fx_udiv(a, b) == a / b && fx_umod(a, b) == a % b;
        divides = divides && fx_div(sa, sb) == sa / sb && fx_mod(-sa, sb) == -sa % sb;
        converts = converts && fx_double(a) == (double)a && fx_float(a) == (float)a;
        converts = converts && fx_long(a) == (long double)a && fx_sdouble(-sa) == (double)-sa;
        double d = (double)(a >> 2);
        back = back && fx_fixu(d) == (u128)d && fx_fix(-d) == (s128)-d;
        counts = counts && fx_bits((unsigned long)a) == __builtin_popcountl((unsigned long)a);
    }
    result(divides, "division of 128 bits");
    result(converts, "128 bits to floating point, rounded once");
    result(back, "floating point to 128 bits");
    result(fx_fixu(-1) == 0 && fx_fixu(1e300) == ~(u128)0 && fx_fix(1e300) > 0 &&
               fx_fix(-1e300) < 0,
           "values out of range saturate");
    result(counts, "bit counts");
    result(fx_power(3, 5) == 243 && fx_power(2, -3) == 0.125 && fx_power(7, 0) == 1, "powers");
}

static int close_to(double a, double b, double scale) {
    return (a != a && b != b) || a == b || __builtin_fabs(a - b) <= 1e-14 * scale;
}

/* Errors are measured against the larger part. */
static int same(double _Complex a, double _Complex b) {
    double re = __builtin_fabs(creal(b)), im = __builtin_fabs(cimag(b));
    double scale = re > im ? re : im;
    return close_to(creal(a), creal(b), scale) && close_to(cimag(a), cimag(b), scale);
}

/* All pairs of special and ordinary parts. Where only one part is not a number the libraries may
 * differ (C11 annex G asks for nothing): then one infinite part on both sides is enough. */
static void complexes(void) {
    static const double v[] = {
        0, -0.0, 1, -1, 3.5, -1e-3, 1e150, __builtin_inf(), -__builtin_inf(), __builtin_nan("")};
    int multiplies = 1, divides = 1;
    for (int i = 0; i < 10000; i++) {
        double a = v[i / 1000], b = v[i / 100 % 10], c = v[i / 10 % 10], d = v[i % 10];
        double _Complex p = fx_muldc3(a, b, c, d), q = __muldc3(a, b, c, d);
        multiplies = multiplies && same(p, q);
        p = fx_divdc3(a, b, c, d), q = __divdc3(a, b, c, d);
        int infinite = (__builtin_isinf(creal(p)) || __builtin_isinf(cimag(p))) &&
                       (__builtin_isinf(creal(q)) || __builtin_isinf(cimag(q)));
        divides = divides && (same(p, q) || infinite);
    }
    result(multiplies, "complex products");
    result(divides, "complex quotients");
    long double _Complex tiny = fx_divxc3(1e-4000L, 0, 1e-4000L, 1e-4000L);
    result(creall(tiny) == 0.5L && cimagl(tiny) == -0.5L,
           "quotients of tiny numbers do not vanish");
}

int main(void) {
    integers();
    complexes();
    printf("1..%d\n", tests);
    return failed != 0;
}
