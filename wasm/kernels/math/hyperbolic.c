/* Hyperbolic functions and their inverses. */
#include "scalar.h"

double tanh64(double x) {
    double a = absolute64(x), z = a * a;
    /* a + (sinh a - a * cosh a) / cosh a, or where they grow large 1 - 2 / (e^2a + 1). */
    double half = 0.5 + z * evaluate_cosine_series(z);
    double small = a + a * (z * (evaluate_sine_series(z) - half) / (1 + z * half));
    return a != a ? x : copy_sign64(a <= 0.625 ? small : 1 - 2 / (exp64(2 * a) + 1), x);
}

double sinh64(double x) {
    double a = absolute64(x), z = a * a;
    if (a <= 1) return x + x * (z * evaluate_sine_series(z));
    if (a != a) return x;
    /* e^a alone may be too large. */
    double e = exp64(a < 700 ? a : 0.5 * a);
    return copy_sign64(a < 700 ? 0.5 * e - 0.5 / e : 0.5 * e * e, x);
}

double cosh64(double x) {
    double a = absolute64(x);
    double e = exp64(a < 700 ? a : 0.5 * a);
    return a < 700 ? 0.5 * e + 0.5 / e : 0.5 * e * e;
}

double asinh64(double x) {
    double a = absolute64(x), z = a * a;
    double result = a < 0x1p28 ? log1p_64(a + z / (1 + __builtin_sqrt(1 + z))) : log64(a) + (LN2_HIGH + LN2_LOW);
    return x == 0 || x != x ? x : copy_sign64(result, x);
}

double acosh64(double x) {
    if (x < 1) return NAN64;
    if (x >= 0x1p28) return log64(x) + (LN2_HIGH + LN2_LOW);
    double t = x - 1;
    return log1p_64(t + __builtin_sqrt(t * (x + 1)));
}

double atanh64(double x) {
    double a = absolute64(x), twice = a + a;
    /* 2a / (1 - a), with less of it rounded where a is small. */
    double ratio = a < 0.5 ? twice + twice * a / (1 - a) : twice / (1 - a);
    return x == 0 || x != x ? x : copy_sign64(0.5 * log1p_64(ratio), x);
}
