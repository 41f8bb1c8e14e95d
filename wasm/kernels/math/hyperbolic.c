/* Hyperbolic functions and their inverses. */
#include "scalar.h"

/* tanh(x) = x + x^3 * p(x^2) for |x| <= 0.625. */
static const double TANH[] = {
    -0x1.5555555555553p-2, 0x1.11111111107acp-3, -0x1.ba1ba1b92a52cp-5, 0x1.664f4836ffb5ep-6, -0x1.226e29216080bp-7,
    0x1.d6d17faac7495p-9, -0x1.7d80275a9972ap-10, 0x1.33fc7f7473c0cp-11, -0x1.e3f902497fa14p-13,
    0x1.4ddd5fb7ffb91p-14, -0x1.21522c06ce157p-16,
};

double tanh64(double x) {
    double a = absolute64(x), z = a * a;
    if (a <= 0.625) return copy_sign64(a + a * (z * EVALUATE(TANH, z)), x);
    return a != a ? x : copy_sign64(1 - 2 / (exp64(2 * a) + 1), x);
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
