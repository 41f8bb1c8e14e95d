/* Constants stored in half the bytes, as float32. */
#include "parts.h"

/* IEEE 754 binary16 to binary32, exact; NaNs become the canonical one. */
static float widen_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half >> 15) << 31, exponent = (half >> 10) & 31, fraction = half & 1023u, bits;
    if (exponent == 31 && fraction) return get_float(0x7fc00000u);
    if (exponent == 31) {
        bits = 0x7f800000u;
    } else if (exponent) {
        bits = (exponent + 112) << 23 | fraction << 13;
    } else {
        float small = (float)fraction * 0x1p-24f;
        memcpy(&bits, &small, sizeof bits);
    }
    return get_float(bits | sign);
}

void widen_halves(const uint16_t *halves, tensor *to) {
    float *out = to->data;
    for (uint32_t i = 0; i < to->elements; i++) out[i] = widen_half(halves[i]);
}
