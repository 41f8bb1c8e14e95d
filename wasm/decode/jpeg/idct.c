/* The inverse DCT as libjpeg-turbo computes it (jidctint: Loeffler, Ligtenberg and Moschytz in 13-bit integers).
   Its sums are linear in the coefficients, so that each output is a sum of products with the constants below.

   libjpeg's C code wraps samples beyond 10 bits, its vector code saturates them, and both wrap inside: what leaves
   [-512, 511] is refused. Where no sample does, Parseval bounds the coefficients so that neither wraps anywhere. */
#include "jpeg.h"

enum {
    CONST_BITS = 13,
    PASS1_BITS = 2,
    /* No sample leaves the range where the magnitudes sum to less: each counts at most 0.2405. */
    SAFE_SUM = 2100,
    /* No 16-bit lane overflows: between the passes each magnitude counts at most 5.55. */
    VECTOR_SUM = 5900,
    /* Beyond it a sample must leave the range: 64 samples of 512 have coefficients of 32768 in sum at most. */
    MAX_SUM = 32767,
    /* All of the first 10 coefficients lie in the upper left 4 x 4. */
    LAST_IN_QUARTER = 9,
};

/* Even part: 1 and 1, then of inputs 2 and 6: FIX(0.541196100) + FIX(0.765366865), FIX(0.541196100), and
   FIX(0.541196100) - FIX(1.847759065). */
enum { ONE = 8192, E2 = 10703, E6 = 4433, E62 = -10704 };
/* Odd part: outputs 0 to 3 of inputs 1, 3, 5 and 7, from FIX(1.175875602) and the others of jidctint. */
enum { O0_1 = 11363, O0_3 = 9633, O0_5 = 6437, O0_7 = 2260 };
enum { O1_1 = 9633, O1_3 = -2259, O1_5 = -11362, O1_7 = -6436 };
enum { O2_1 = 6437, O2_3 = -11362, O2_5 = 2261, O2_7 = 9633 };
enum { O3_1 = 2260, O3_3 = -6436, O3_5 = 9633, O3_7 = -11363 };

BEGIN_COLD
/* One pass over 8 values that stand `step` apart. */
static void transform_line(const int64_t *in, size_t step, int64_t *out, int shift) {
    int64_t i0 = in[0], i1 = in[step], i2 = in[2 * step], i3 = in[3 * step];
    int64_t i4 = in[4 * step], i5 = in[5 * step], i6 = in[6 * step], i7 = in[7 * step];
    int64_t round = (int64_t)1 << (shift - 1);
    int64_t sum = (i0 + i4) * ONE + round, difference = (i0 - i4) * ONE + round;
    int64_t far = i2 * E2 + i6 * E6, near = i2 * E6 + i6 * E62;
    int64_t even[4] = {sum + far, difference + near, difference - near, sum - far};
    int64_t odd[4] = {
        i1 * O0_1 + i3 * O0_3 + i5 * O0_5 + i7 * O0_7,
        i1 * O1_1 + i3 * O1_3 + i5 * O1_5 + i7 * O1_7,
        i1 * O2_1 + i3 * O2_3 + i5 * O2_5 + i7 * O2_7,
        i1 * O3_1 + i3 * O3_3 + i5 * O3_5 + i7 * O3_7,
    };
    for (size_t i = 0; i < 4; i++) {
        out[i * step] = (even[i] + odd[i]) >> shift;
        out[(7 - i) * step] = (even[i] - odd[i]) >> shift;
    }
}

static inline uint8_t clamp(int64_t value) { return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value; }

/* Any block, exactly; 0 where a sample leaves the range. */
static int transform_exactly(const int16_t *block, uint8_t *to, size_t stride) {
    int64_t work[BLOCK_SIZE];
    int64_t beyond = 0;
    for (size_t i = 0; i < BLOCK_SIZE; i++) work[i] = block[i];
    for (size_t x = 0; x < 8; x++) transform_line(work + x, 8, work + x, CONST_BITS - PASS1_BITS);
    for (size_t y = 0; y < 8; y++) {
        transform_line(work + 8 * y, 1, work + 8 * y, CONST_BITS + PASS1_BITS + 3);
        for (size_t x = 0; x < 8; x++) {
            int64_t sample = work[8 * y + x];
            beyond |= (sample + 512) & ~(int64_t)1023;
            to[y * stride + x] = clamp(sample + 128);
        }
    }
    return beyond == 0;
}
END_COLD

#if WEBPARITY_SIMD
#include "idct_simd.h"
#endif

int transform_block(const int16_t *block, uint64_t sum, uint32_t last, uint8_t *to, size_t stride) {
    if (sum > MAX_SUM) return 0;
    if (last == 0) {
        /* As both passes round it. */
        int32_t sample = (block[0] + 4) >> 3;
        if (sample < -512 || sample > 511) return 0;
        uint64_t row = clamp(sample + 128) * (uint64_t)0x0101010101010101u;
        for (size_t y = 0; y < 8; y++) memcpy(to + y * stride, &row, 8);
        return 1;
    }
#if WEBPARITY_SIMD
    if (last <= LAST_IN_QUARTER && sum <= SAFE_SUM) {
        transform_quarter(block, to, stride);
        return 1;
    }
    if (sum <= VECTOR_SUM) return transform_full(block, to, stride) || sum <= SAFE_SUM;
#endif
    return transform_exactly(block, to, stride);
}
