/* The inverse DCT in vectors: 8 lines of 16-bit lanes side by side, products summed in 32 bits. */
#ifndef WEBPARITY_JPEG_IDCT_SIMD_H
#define WEBPARITY_JPEG_IDCT_SIMD_H

#define PAIR(a, b) wasm_i16x8_const(a, b, a, b, a, b, a, b)

static inline v128_t interleave_low(v128_t a, v128_t b) {
    return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

static inline v128_t interleave_high(v128_t a, v128_t b) {
    return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

static inline v128_t add_products(v128_t pairs, v128_t weights, v128_t more_pairs, v128_t more_weights) {
    return wasm_i32x4_add(wasm_i32x4_dot_i16x8(pairs, weights), wasm_i32x4_dot_i16x8(more_pairs, more_weights));
}

static inline void add_and_subtract(v128_t even, v128_t odd, v128_t *sum, v128_t *difference) {
    *sum = wasm_i32x4_add(even, odd);
    *difference = wasm_i32x4_sub(even, odd);
}

/* From the pairs of inputs 0 and 4, 2 and 6, 1 and 3, 5 and 7 of four lines: the 8 outputs, as 32-bit lanes. */
static inline void transform_pairs(v128_t p04, v128_t p26, v128_t p13, v128_t p57, v128_t round, v128_t *out) {
    v128_t sum = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p04, PAIR(ONE, ONE)), round);
    v128_t difference = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p04, PAIR(ONE, -ONE)), round);
    v128_t far = wasm_i32x4_dot_i16x8(p26, PAIR(E2, E6));
    v128_t near = wasm_i32x4_dot_i16x8(p26, PAIR(E6, E62));
    v128_t even0 = wasm_i32x4_add(sum, far), even3 = wasm_i32x4_sub(sum, far);
    v128_t even1 = wasm_i32x4_add(difference, near), even2 = wasm_i32x4_sub(difference, near);
    v128_t odd0 = add_products(p13, PAIR(O0_1, O0_3), p57, PAIR(O0_5, O0_7));
    v128_t odd1 = add_products(p13, PAIR(O1_1, O1_3), p57, PAIR(O1_5, O1_7));
    v128_t odd2 = add_products(p13, PAIR(O2_1, O2_3), p57, PAIR(O2_5, O2_7));
    v128_t odd3 = add_products(p13, PAIR(O3_1, O3_3), p57, PAIR(O3_5, O3_7));
    add_and_subtract(even0, odd0, &out[0], &out[7]);
    add_and_subtract(even1, odd1, &out[1], &out[6]);
    add_and_subtract(even2, odd2, &out[2], &out[5]);
    add_and_subtract(even3, odd3, &out[3], &out[4]);
}

/* The same where inputs 4 to 7 are zero: from the pairs of inputs 0 and 2, 1 and 3. */
static inline void transform_half_pairs(v128_t p02, v128_t p13, v128_t round, v128_t *out) {
    v128_t even0 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p02, PAIR(ONE, E2)), round);
    v128_t even1 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p02, PAIR(ONE, E6)), round);
    v128_t even2 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p02, PAIR(ONE, -E6)), round);
    v128_t even3 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p02, PAIR(ONE, -E2)), round);
    v128_t odd0 = wasm_i32x4_dot_i16x8(p13, PAIR(O0_1, O0_3)), odd1 = wasm_i32x4_dot_i16x8(p13, PAIR(O1_1, O1_3));
    v128_t odd2 = wasm_i32x4_dot_i16x8(p13, PAIR(O2_1, O2_3)), odd3 = wasm_i32x4_dot_i16x8(p13, PAIR(O3_1, O3_3));
    add_and_subtract(even0, odd0, &out[0], &out[7]);
    add_and_subtract(even1, odd1, &out[1], &out[6]);
    add_and_subtract(even2, odd2, &out[2], &out[5]);
    add_and_subtract(even3, odd3, &out[3], &out[4]);
}

/* Brings two halves of 4 lines back to 16-bit lanes. `shift` is a constant where this is inlined. */
static inline void narrow_lines(const v128_t *low, const v128_t *high, uint32_t shift, v128_t *out) {
    for (int i = 0; i < 8; i++) {
        out[i] = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low[i], shift), wasm_i32x4_shr(high[i], shift));
    }
}

static inline void transpose(v128_t *m) {
    v128_t a[8], b[8];
    for (int i = 0; i < 4; i++) {
        a[2 * i] = interleave_low(m[i], m[i + 4]);
        a[2 * i + 1] = interleave_high(m[i], m[i + 4]);
    }
    for (int i = 0; i < 4; i++) {
        b[2 * i] = interleave_low(a[i], a[i + 4]);
        b[2 * i + 1] = interleave_high(a[i], a[i + 4]);
    }
    for (int i = 0; i < 4; i++) {
        m[2 * i] = interleave_low(b[i], b[i + 4]);
        m[2 * i + 1] = interleave_high(b[i], b[i + 4]);
    }
}

/* `m` holds columns of samples around zero: stores them as rows around 128. */
static inline void store_columns(const v128_t *m, uint8_t *to, size_t stride) {
    v128_t center = wasm_i8x16_const_splat(-128);
    /* Saturated to 8 bits with sign, then moved: as libjpeg-turbo's vector code does. */
    v128_t c01 = wasm_i8x16_narrow_i16x8(m[0], m[1]), c23 = wasm_i8x16_narrow_i16x8(m[2], m[3]);
    v128_t c45 = wasm_i8x16_narrow_i16x8(m[4], m[5]), c67 = wasm_i8x16_narrow_i16x8(m[6], m[7]);
    /* Bytes of columns 0 and 4, 1 and 5, 2 and 6, 3 and 7 side by side. */
    v128_t a04 = wasm_i8x16_shuffle(c01, c45, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    v128_t a15 = wasm_i8x16_shuffle(c01, c45, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128_t a26 = wasm_i8x16_shuffle(c23, c67, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    v128_t a37 = wasm_i8x16_shuffle(c23, c67, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128_t low0 = wasm_i8x16_shuffle(a04, a26, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    v128_t high0 = wasm_i8x16_shuffle(a04, a26, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128_t low1 = wasm_i8x16_shuffle(a15, a37, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    v128_t high1 = wasm_i8x16_shuffle(a15, a37, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128_t rows[4] = {
        wasm_i8x16_shuffle(low0, low1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
        wasm_i8x16_shuffle(low0, low1, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
        wasm_i8x16_shuffle(high0, high1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
        wasm_i8x16_shuffle(high0, high1, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
    };
    for (size_t i = 0; i < 4; i++) {
        v128_t samples = wasm_v128_xor(rows[i], center);
        wasm_v128_store64_lane(to + 2 * i * stride, samples, 0);
        wasm_v128_store64_lane(to + (2 * i + 1) * stride, samples, 1);
    }
}

/* Whether all samples are within [-512, 511]. */
static inline int are_in_range(const v128_t *m) {
    v128_t beyond = wasm_i16x8_const_splat(0), half = wasm_i16x8_const_splat(512);
    for (int i = 0; i < 8; i++) beyond = wasm_v128_or(beyond, wasm_i16x8_add(m[i], half));
    return !wasm_v128_any_true(wasm_v128_and(beyond, wasm_i16x8_const_splat(-1024)));
}

static inline void transform_lines(v128_t *m, int32_t round, uint32_t shift) {
    v128_t low[8], high[8], rounding = wasm_i32x4_splat(round);
    transform_pairs(interleave_low(m[0], m[4]), interleave_low(m[2], m[6]), interleave_low(m[1], m[3]),
                    interleave_low(m[5], m[7]), rounding, low);
    transform_pairs(interleave_high(m[0], m[4]), interleave_high(m[2], m[6]), interleave_high(m[1], m[3]),
                    interleave_high(m[5], m[7]), rounding, high);
    narrow_lines(low, high, shift, m);
}

/* Any block whose magnitudes sum to VECTOR_SUM at most; 0 where a sample leaves the range. */
static int transform_full(const int16_t *block, uint8_t *to, size_t stride) {
    v128_t m[8];
    for (int i = 0; i < 8; i++) m[i] = wasm_v128_load(block + 8 * i);
    transform_lines(m, 1 << 10, 11);
    transpose(m);
    transform_lines(m, 1 << 17, 18);
    store_columns(m, to, stride);
    return are_in_range(m);
}

/* A block of which only the upper left 4 x 4 is not zero, and whose samples are within the range. */
static void transform_quarter(const int16_t *block, uint8_t *to, size_t stride) {
    v128_t m[4], low[8], high[8], round = wasm_i32x4_const_splat(1 << 10);
    for (int i = 0; i < 4; i++) m[i] = wasm_v128_load64_zero(block + 8 * i);
    transform_half_pairs(interleave_low(m[0], m[2]), interleave_low(m[1], m[3]), round, low);
    /* Rows in pairs of 4 columns; then the columns 0 to 3 with all 8 rows. */
    v128_t r04 = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low[0], 11), wasm_i32x4_shr(low[4], 11));
    v128_t r15 = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low[1], 11), wasm_i32x4_shr(low[5], 11));
    v128_t r26 = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low[2], 11), wasm_i32x4_shr(low[6], 11));
    v128_t r37 = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low[3], 11), wasm_i32x4_shr(low[7], 11));
    v128_t a02 = interleave_low(r04, r26), a46 = interleave_high(r04, r26);
    v128_t a13 = interleave_low(r15, r37), a57 = interleave_high(r15, r37);
    v128_t b0 = interleave_low(a02, a13), b1 = interleave_high(a02, a13);
    v128_t b4 = interleave_low(a46, a57), b5 = interleave_high(a46, a57);
    v128_t column0 = wasm_i64x2_shuffle(b0, b4, 0, 2), column1 = wasm_i64x2_shuffle(b0, b4, 1, 3);
    v128_t column2 = wasm_i64x2_shuffle(b1, b5, 0, 2), column3 = wasm_i64x2_shuffle(b1, b5, 1, 3);
    round = wasm_i32x4_const_splat(1 << 17);
    transform_half_pairs(interleave_low(column0, column2), interleave_low(column1, column3), round, low);
    transform_half_pairs(interleave_high(column0, column2), interleave_high(column1, column3), round, high);
    v128_t samples[8];
    narrow_lines(low, high, 18, samples);
    store_columns(samples, to, stride);
}

#endif
