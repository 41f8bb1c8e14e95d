/* log x = k * log 2 + log m with m from sqrt(1/2) to sqrt(2), and log m by a series in
   s = (m - 1) / (m + 1), |s| < 0.172. */
#include "scalar.h"

double log64(double x) {
    if (!(x > 0)) return x == 0 ? -INFINITY64 : NAN64;
    if (x == INFINITY64) return x;
    int64_t k = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        k = -54;
    }
    uint64_t bits = get_bits64(x);
    int64_t exponent = (int64_t)(bits - 0x3fe6a09e667f3bcd) >> 52; /* sqrt(1/2) */
    double f = from_bits64(bits - ((uint64_t)exponent << 52)) - 1;
    double s = f / (2 + f), z = s * s, half = 0.5 * f * f;
    double whole = (double)(k + exponent);
    double rest = s * (half + z * evaluate_log_series(z)) + whole * LN2_LOW;
    return whole * LN2_HIGH - (half - rest - f);
}

double log1p_64(double x) {
    double w = 1 + x;
    if (w == 1 || w == INFINITY64) return x;
    /* What rounding of the sum has lost. */
    double lost = x < 1 ? x - (w - 1) : 1 - (w - x);
    return log64(w) + lost / w;
}

double softplus64(double x) { return x > 0 ? x + log1p_64(exp64(-x)) : log1p_64(exp64(x)); }
