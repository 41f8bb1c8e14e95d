/* The error function. */
#include "scalar.h"

/* erf(x) = x + x * p(x^2) for |x| <= 0.875. */
static const double SMALL[] = {
    0x1.06eba8214db69p-3, -0x1.812746b0379e5p-2, 0x1.ce2f21a0429b5p-4, -0x1.b82ce3127b6e8p-6, 0x1.565bcd0bcba51p-8,
    -0x1.c02db363e49a7p-11, 0x1.f9a30fd49d11cp-14, -0x1.f4d0198dfdacbp-17, 0x1.b9c0f24056839p-20,
    -0x1.5dcf0eeb43e15p-23, 0x1.e541441ab3ecdp-27, -0x1.dc6f00288a7c1p-31,
};
/* e^(x^2) * (1 - erf(x)) = p((x - 2) / (x + 2)) for x from 0.875 to 6. */
static const double LARGE[] = {
    0x1.058671b52c776p-2, -0x1.b57034efd3f75p-2, 0x1.eeea7dc8a7964p-3, -0x1.437f0b68c02d0p-4, 0x1.e9471596491dcp-9,
    0x1.ca95ed50edd45p-8, -0x1.bc25a37cc4b55p-11, -0x1.016b5bf706eb5p-10, 0x1.6d5d7e1b6a35ep-15,
    0x1.6da923d82d075p-13, 0x1.cdf302450ce02p-16, -0x1.ceb27341789adp-16, -0x1.d6db7978d956fp-17,
    0x1.7d04ec4bb316dp-20, 0x1.0ed140e3fd753p-18, 0x1.06bb714294756p-20, -0x1.ea21f1ec96f75p-21,
};

double erf64(double x) {
    double a = absolute64(x), z = a * a;
    if (a <= 0.875) return x + x * EVALUATE(SMALL, z);
    if (a != a) return x;
    return copy_sign64(a < 6 ? 1 - exp64(-z) * EVALUATE(LARGE, (a - 2) / (a + 2)) : 1, x);
}
