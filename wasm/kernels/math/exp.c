/* e^x = 2^n * e^r with |r| <= log(2) / 2, and e^r by its series; the logistic function. */
#include "scalar.h"

/* e^r - 1, and n. */
static double reduce_exponent(double x, int32_t *n) {
    double whole = __builtin_rint(x * 0x1.71547652b82fep+0);
    double high = x - whole * LN2_HIGH, low = whole * LN2_LOW;
    double r = high - low, lost = high - r - low;
    *n = (int32_t)whole;
    return r + (r * r * evaluate_power_series(r) + lost);
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

double sigmoid64(double x) {
    double e = exp64(-absolute64(x)), sum = 1 + e, lost = e - (sum - 1);
    double quotient = (x < 0 ? e : 1) / sum;
    return quotient - quotient * (lost / sum);
}
