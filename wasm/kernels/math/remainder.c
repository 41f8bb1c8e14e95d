/* The remainder of a division, by long division of the fractions. */
#include "scalar.h"

typedef struct {
    uint64_t fraction; /* 53 bits, the first of them set */
    int32_t exponent;
} parts;

static parts split(double x) {
    uint64_t bits = get_bits64(x) & ~SIGN64;
    if (bits >> 52) return (parts){(bits & (((uint64_t)1 << 52) - 1)) | (uint64_t)1 << 52, (int32_t)(bits >> 52)};
    int32_t zeros = __builtin_clzll(bits) - 11;
    return (parts){bits << zeros, 1 - zeros};
}

double remainder64(double x, double y) {
    double a = absolute64(x), b = absolute64(y);
    if (x != x || y != y || a == INFINITY64 || b == 0) return NAN64;
    if (a < b) return x;
    parts left = split(a), by = split(b);
    for (int32_t n = left.exponent - by.exponent; n >= 0; n--) {
        if (left.fraction >= by.fraction) left.fraction -= by.fraction;
        if (n > 0) left.fraction <<= 1;
    }
    if (left.fraction == 0) return copy_sign64(0, x);
    /* In two steps, both exact: one power of 2 alone may be too small. */
    int32_t shift = by.exponent - 1075;
    double size = (double)left.fraction * power_of_two(shift / 2) * power_of_two(shift - shift / 2);
    return copy_sign64(size, x);
}
