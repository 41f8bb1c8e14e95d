/* x^y = e^(y * log x), with the logarithm as a sum of two float64. */
#include "double_double.h"

/* log x of a positive finite x. */
static double_double log_exactly(double x) {
    int64_t k = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        k = -54;
    }
    uint64_t bits = get_bits64(x);
    int64_t exponent = (int64_t)(bits - 0x3fe6a09e667f3bcd) >> 52; /* sqrt(1/2) */
    double m = from_bits64(bits - ((uint64_t)exponent << 52)), whole = (double)(k + exponent);
    double_double sum = add_exactly(m, 1), s, product;
    s.high = (m - 1) / sum.high;
    product = multiply_exactly(s.high, sum.high);
    s.low = (m - 1 - product.high - product.low - s.high * sum.low) / sum.high;
    double_double z = multiply_pairs(s, s);
    double_double third = {2.0 / 3, 0x1.5555555555555p-55};
    double_double tail = add_pairs(third, (double_double){z.high * evaluate_log_series_rest(z.high), 0});
    double_double cube = multiply_pairs(multiply_pairs(s, z), tail);
    double_double log_m = add_pairs((double_double){2 * s.high, 2 * s.low}, cube);
    return add_pairs(add_exactly(whole * LN2_HIGH, whole * LN2_LOW), log_m);
}

/* x^y of a positive finite x. */
static double raise(double x, double y) {
    /* So large an exponent takes every x but 1 to 0 or infinity. */
    if (absolute64(y) > 0x1p64) return (x > 1) == (y > 0) ? INFINITY64 : 0;
    double_double log = log_exactly(x), product = multiply_exactly(log.high, y);
    double e = exp64(product.high);
    return e == 0 || e == INFINITY64 ? e : e + e * (product.low + log.low * y);
}

double power64(double x, double y) {
    if (y == 0 || x == 1) return 1;
    if (x != x || y != y) return NAN64;
    double size = absolute64(x);
    bool whole = __builtin_floor(y) == y, odd = whole && __builtin_floor(0.5 * y) != 0.5 * y;
    if (x < 0 && size != INFINITY64 && !whole) return NAN64;
    double result;
    if (size == 1) result = 1;
    else if (size == 0 || size == INFINITY64) result = (size == 0) == (y > 0) ? 0 : INFINITY64;
    else result = raise(size, y);
    return odd ? copy_sign64(result, x) : result;
}
