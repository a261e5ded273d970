/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls of variadic functions, in the order of their notes. */
struct large {
    long word[5];
};
struct mixed {
    double d;
    long l;
};

int other(const char *format, ...);
extern int (*pointer)(const char *format, ...);
int plain(const char *text);

/* EXPECT 0 0: nothing on the stack */
int none(void) {
    return other("a") + 1;
}

/* EXPECT 0 2 */
int vectors(float f, double d) {
    return other("ff", f, d) + 1;
}

/* EXPECT 24 8: two of ten doubles and one of seven words */
int many(double d, int i) {
    return other("many", i, i, i, i, i, i, d, d, d, d, d, d, d, d, d, d) + 1;
}

/* EXPECT 16 0 */
int long_double(long double x) {
    return other("L", x) + 1;
}

/* EXPECT 64 0: 40 bytes by value, 8 of padding, 16 */
int by_value(struct large large, long double x) {
    return other("s", large, x) + 1;
}

/* EXPECT 0 1: a structure in two registers of different class */
int in_registers(struct mixed mixed) {
    return other("m", mixed) + 1;
}

/* EXPECT 16 0: sixteen bytes do not fit into the one register that is left */
int wide(int i, __int128 x) {
    return other("w", i, i, i, i, x) + 1;
}

/* EXPECT 8 1 */
int indirect(int i, double d) {
    return pointer("p", i, i, i, i, i, i, d) + 1;
}

/* EXPECT 0 0: a tail call */
int tail(int i) {
    return other("t", i);
}

int not_variadic(void) {
    return plain("x");
}
