/* SPDX-License-Identifier: BSD-3-Clause */
/* Multiplication and division of complex numbers with the infinities of C11 annex G.5.1. One text
 * for the three types. */
#define COMPLEX_FUNCTIONS(type, suffix, letter)                                                    \
    type _Complex __mul##letter##c3(type a, type b, type c, type d);                               \
    type _Complex __div##letter##c3(type a, type b, type c, type d);                               \
                                                                                                   \
    static type boxed_##letter(type x) { /* infinite: 1, else 0, with the sign of x */             \
        return __builtin_copysign##suffix(__builtin_isinf(x) ? (type)1 : (type)0, x);              \
    }                                                                                              \
                                                                                                   \
    static type zero_if_nan_##letter(type x) {                                                     \
        return __builtin_isnan(x) ? __builtin_copysign##suffix((type)0, x) : x;                    \
    }                                                                                              \
                                                                                                   \
    static type _Complex join_##letter(type re, type im) {                                         \
        type _Complex z;                                                                           \
        __real__ z = re;                                                                           \
        __imag__ z = im;                                                                           \
        return z;                                                                                  \
    }                                                                                              \
                                                                                                   \
    type _Complex __mul##letter##c3(type a, type b, type c, type d) {                              \
        const type ac = a * c, bd = b * d, ad = a * d, bc = b * c;                                 \
        type re = ac - bd, im = ad + bc;                                                           \
        if (__builtin_isnan(re) && __builtin_isnan(im)) {                                          \
            _Bool again = 0;                                                                       \
            if (__builtin_isinf(a) || __builtin_isinf(b)) {                                        \
                a = boxed_##letter(a), b = boxed_##letter(b);                                      \
                c = zero_if_nan_##letter(c), d = zero_if_nan_##letter(d);                          \
                again = 1;                                                                         \
            }                                                                                      \
            if (__builtin_isinf(c) || __builtin_isinf(d)) {                                        \
                c = boxed_##letter(c), d = boxed_##letter(d);                                      \
                a = zero_if_nan_##letter(a), b = zero_if_nan_##letter(b);                          \
                again = 1;                                                                         \
            }                                                                                      \
            if (!again && (__builtin_isinf(ac) || __builtin_isinf(bd) || __builtin_isinf(ad) ||    \
                           __builtin_isinf(bc))) {                                                 \
                a = zero_if_nan_##letter(a), b = zero_if_nan_##letter(b);                          \
                c = zero_if_nan_##letter(c), d = zero_if_nan_##letter(d);                          \
                again = 1;                                                                         \
            }                                                                                      \
            if (again) {                                                                           \
                re = __builtin_inf##suffix() * (a * c - b * d);                                    \
                im = __builtin_inf##suffix() * (a * d + b * c);                                    \
            }                                                                                      \
        }                                                                                          \
        return join_##letter(re, im);                                                              \
    }                                                                                              \
                                                                                                   \
    type _Complex __div##letter##c3(type a, type b, type c, type d) {                              \
        int scale = 0;                                                                             \
        const type size_c = __builtin_fabs##suffix(c), size_d = __builtin_fabs##suffix(d);         \
        const type size = size_c > size_d || __builtin_isnan(size_d) ? size_c : size_d;            \
        if (size > 0 && !__builtin_isinf(size)) { /* keeps c*c + d*d in range */                   \
            scale = exponent_##letter(size);                                                       \
            c = scaled_##letter(c, -scale), d = scaled_##letter(d, -scale);                        \
        }                                                                                          \
        const type norm = c * c + d * d;                                                           \
        type re = scaled_##letter((a * c + b * d) / norm, -scale);                                 \
        type im = scaled_##letter((b * c - a * d) / norm, -scale);                                 \
        if (__builtin_isnan(re) && __builtin_isnan(im)) {                                          \
            if (norm == 0 && (!__builtin_isnan(a) || !__builtin_isnan(b))) {                       \
                re = __builtin_copysign##suffix(__builtin_inf##suffix(), c) * a;                   \
                im = __builtin_copysign##suffix(__builtin_inf##suffix(), c) * b;                   \
            } else if ((__builtin_isinf(a) || __builtin_isinf(b)) && !__builtin_isinf(size) &&     \
                       !__builtin_isnan(c) && !__builtin_isnan(d)) {                               \
                a = boxed_##letter(a), b = boxed_##letter(b);                                      \
                re = __builtin_inf##suffix() * (a * c + b * d);                                    \
                im = __builtin_inf##suffix() * (b * c - a * d);                                    \
            } else if (__builtin_isinf(size) && !__builtin_isinf(a) && !__builtin_isnan(a) &&      \
                       !__builtin_isinf(b) && !__builtin_isnan(b)) {                               \
                c = boxed_##letter(c), d = boxed_##letter(d);                                      \
                re = 0 * (a * c + b * d);                                                          \
                im = 0 * (b * c - a * d);                                                          \
            }                                                                                      \
        }                                                                                          \
        return join_##letter(re, im);                                                              \
    }

/* The exponent of x87 numbers: it covers those of the smaller types. No libc here. */
static int exponent_x(long double x) {
    union {
        long double number;
        struct {
            unsigned long mantissa;
            unsigned short exponent;
        } parts;
    } u = {x};
    int exponent = (u.parts.exponent & 0x7fff) - 0x3fff;
    return exponent == -0x3fff ? -0x3fff - __builtin_clzl(u.parts.mantissa) : exponent;
}

static long double scaled_x(long double x, int exponent) {
    __asm__("fscale" : "+t"(x) : "u"((long double)exponent));
    return x;
}

static int exponent_d(double x) {
    return exponent_x(x);
}

static double scaled_d(double x, int exponent) {
    return (double)scaled_x(x, exponent);
}

static int exponent_s(float x) {
    return exponent_x(x);
}

static float scaled_s(float x, int exponent) {
    return (float)scaled_x(x, exponent);
}

COMPLEX_FUNCTIONS(float, f, s)
COMPLEX_FUNCTIONS(double, , d)
COMPLEX_FUNCTIONS(long double, l, x)
