/* e^x = 2^n * e^r with |r| <= log(2) / 2, and e^r by its series; the logistic function. */
#include "scalar.h"

/* 1 / k! from k = 2 on: what follows the last of them is under 2^-57. */
static const double SERIES[] = {1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880,
                                1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0};

/* e^r - 1, and n. */
static double reduce_exponent(double x, int32_t *n) {
    double whole = __builtin_rint(x * 0x1.71547652b82fep+0);
    double high = x - whole * LN2_HIGH, low = whole * LN2_LOW;
    double r = high - low, lost = high - r - low;
    *n = (int32_t)whole;
    return r + (r * r * EVALUATE(SERIES, r) + lost);
}

double exp64(double x) {
    if (x != x) return x;
    if (x > 710) return INFINITY64;
    if (x < -746) return 0;
    int32_t n;
    double e = 1 + reduce_exponent(x, &n);
    /* In two steps: 2^n alone may be too large or too small. */
    return e * power_of_two(n / 2) * power_of_two(n - n / 2);
}

double expm1_64(double x) {
    if (x != x) return x;
    if (x > 709) return exp64(x);
    if (x < -40) return -1;
    int32_t n;
    double e = reduce_exponent(x, &n), scale = power_of_two(n);
    return n ? e * scale + (scale - 1) : e;
}

double sigmoid64(double x) { return 1 / (1 + exp64(-x)); }
