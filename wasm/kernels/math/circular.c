/* sin, cos and tan: the argument less a multiple of pi/2, found exactly for every size (Payne and Hanek), then series. */
#include "double_double.h"

enum { WINDOW = 7, PRODUCT = WINDOW + 2 };

/* The bits of 2/pi behind the point. */
static const uint32_t TWO_OVER_PI[] = {
    0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561, 0xb7246e3a,
    0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e, 0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41,
    0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b, 0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf,
    0x27cb09b7, 0x4f463f66, 0x9e5fea2d, 0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08,
    0x56033046, 0xfc7b6bab,
};

typedef struct {
    double high, low; /* from -pi/4 to pi/4 */
    uint32_t quadrant;
} reduced_angle;

/* 64 bits of a number of 32-bit words, the lowest first, from a bit on. */
static uint64_t get_word64(const uint32_t *words, uint32_t at) {
    const uint32_t *w = words + at / 32;
    uint32_t shift = at % 32;
    uint64_t low = w[0] | (uint64_t)w[1] << 32;
    return shift ? low >> shift | (uint64_t)w[2] << (64 - shift) : low;
}

/* Of x = m * 2^e the words of 2/pi that give multiples of 4 are left out, and those far behind the point. */
static reduced_angle reduce_large(double x) {
    uint64_t bits = get_bits64(x);
    int32_t e = (int32_t)(bits >> 52 & 2047) - 1075;
    uint64_t m = (bits & (((uint64_t)1 << 52) - 1)) | (uint64_t)1 << 52;
    uint32_t factors[2] = {(uint32_t)m, (uint32_t)(m >> 32)};
    int32_t first = e < 34 ? 0 : (e - 34) / 32 + 1;
    uint32_t product[PRODUCT + 3] = {0};
    for (int32_t i = 0; i < 2; i++) {
        uint64_t carry = 0;
        for (int32_t j = 0; j < WINDOW; j++) {
            carry += product[i + j] + (uint64_t)factors[i] * TWO_OVER_PI[first + WINDOW - 1 - j];
            product[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        product[i + WINDOW] = (uint32_t)carry;
    }
    uint32_t point = (uint32_t)(32 * (first + WINDOW) - e);
    reduced_angle angle = {0, 0, (uint32_t)get_word64(product, point)};
    uint64_t high = get_word64(product, point - 64), low = get_word64(product, point - 128);
    bool negative = high >> 63;
    if (negative) {
        low = ~low;
        high = ~high;
        angle.quadrant++;
    }
    uint32_t zeros = (uint32_t)__builtin_clzll(high | 1);
    if (zeros) {
        high = high << zeros | low >> (64 - zeros);
        low <<= zeros;
    }
    double scale = power_of_two(-53 - (int32_t)zeros);
    double_double fraction = {(double)(high >> 11) * scale, (double)(high << 53 | low >> 11) * scale * 0x1p-64};
    /* pi / 2 */
    double_double r = multiply_pairs(fraction, (double_double){0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54});
    if (negative != (x < 0)) r = (double_double){-r.high, -r.low};
    if (x < 0) angle.quadrant = 0 - angle.quadrant;
    angle.high = r.high;
    angle.low = r.low;
    return angle;
}

static reduced_angle reduce_angle(double x) {
    if (absolute64(x) < 0.785) return (reduced_angle){x, 0, 0};
    if (!(absolute64(x) < INFINITY64)) return (reduced_angle){NAN64, 0, 0};
    return reduce_large(x);
}

static double compute_sine(reduced_angle r) {
    if (r.high == 0) return r.high;
    double z = r.high * r.high;
    double rest = r.high * (z * evaluate_sine_series(-z));
    return r.high - (rest - r.low * (1 - 0.5 * z));
}

static double compute_cosine(reduced_angle r) {
    double z = r.high * r.high, half = 0.5 * z, w = 1 - half;
    return w + (1 - w - half + (z * z * evaluate_cosine_series(-z) - r.high * r.low));
}

/* The sine of an angle that lies some quadrants further on. */
static double compute_quadrant(reduced_angle r, uint32_t quadrants) {
    uint32_t quadrant = r.quadrant + quadrants;
    double size = quadrant & 1 ? compute_cosine(r) : compute_sine(r);
    return quadrant & 2 ? -size : size;
}

double sin64(double x) { return compute_quadrant(reduce_angle(x), 0); }
double cos64(double x) { return compute_quadrant(reduce_angle(x), 1); }

double tan64(double x) {
    reduced_angle r = reduce_angle(x);
    return compute_quadrant(r, 0) / compute_quadrant(r, 1);
}
