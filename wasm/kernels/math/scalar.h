/* Functions of float64, within 2 units in the last place (tan, asin, acos and acosh within 3), without a C library: the same
   bits on every machine. Those of float32 are these, rounded once. NaN gives NaN, and so does what has no real result. */
#ifndef WEBPARITY_MATH_SCALAR_H
#define WEBPARITY_MATH_SCALAR_H

#include <stdbool.h>

#include "../../memory.h"

double exp64(double x);
/* e^x - 1. */
double expm1_64(double x);
double log64(double x);
/* log(1 + x). */
double log1p_64(double x);
double sigmoid64(double x);
/* log(1 + e^x). */
double softplus64(double x);
double tanh64(double x);
double sinh64(double x);
double cosh64(double x);
double asinh64(double x);
double acosh64(double x);
double atanh64(double x);
double sin64(double x);
double cos64(double x);
double tan64(double x);
double asin64(double x);
double acos64(double x);
double atan64(double x);
/* x^y, with the special cases of IEEE 754's pow. */
double power64(double x, double y);
/* What is left of x, with its sign, after y has been taken away as often as goes: exact. */
double remainder64(double x, double y);

/* Sum of coefficients[i * step] * x^i, by Horner's rule. */
double evaluate_polynomial(const double *coefficients, uint32_t count, uint32_t step, double x);
#define EVALUATE(coefficients, x) evaluate_polynomial(coefficients, sizeof(coefficients) / sizeof(double), 1, x)

/* 1/2! + x/3! + x^2/4! ..: e^x is 1 + x + x^2 times it, for |x| <= log(2) / 2. */
double evaluate_power_series(double x);
/* 1/3! + z/5! + z^2/7! .. and 1/4! + z/6! + z^2/8! ..: sinh x is x + x^3 times the first at z = x^2, sin x is x - x^3 times it
   at -x^2; the second is that of cosh and cos. For |x| <= 1. */
double evaluate_sine_series(double square);
double evaluate_cosine_series(double square);
/* 2/3 + 2z/5 + 2z^2/7 .., and the same from 2/5 on: log((1 + s) / (1 - s)) is 2s + s^3 times the first at z = s^2. */
double evaluate_log_series(double square);
double evaluate_log_series_rest(double square);

static inline uint64_t get_bits64(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double from_bits64(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#define SIGN64 ((uint64_t)1 << 63)
#define INFINITY64 __builtin_inf()
#define NAN64 __builtin_nan("")

static inline double absolute64(double x) { return from_bits64(get_bits64(x) & ~SIGN64); }

/* `size` with the sign of `sign`. */
static inline double copy_sign64(double size, double sign) {
    return from_bits64((get_bits64(size) & ~SIGN64) | (get_bits64(sign) & SIGN64));
}

/* 2^n for n from -1022 to 1023. */
static inline double power_of_two(int32_t n) { return from_bits64((uint64_t)(n + 1023) << 52); }

/* log 2 as a sum of two: the first has 21 zeros at its end, so that its products with exponents are exact. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33

#endif
