/* The inverse transforms (RFC 6386, section 14), with 16-bit intermediate values as libwebp's SSE2 code has them. */
#include "../../../simd.h"
#include "vp8.h"

static inline uint8_t clip(int32_t value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

/* sqrt(2) cos(pi/8) and sqrt(2) sin(pi/8), of 16 fractional bits. */
static inline int32_t multiply_cosine(int32_t value) { return ((value * 20091) >> 16) + value; }
static inline int32_t multiply_sine(int32_t value) { return (value * 35468) >> 16; }

/* Section 14.3. Each result is the first coefficient of one of 16 blocks. */
void invert_walsh_hadamard(const int16_t input[16], int16_t *output) {
    int32_t columns[16];
    SMALL_LOOP for (int i = 0; i < 4; i++) {
        int32_t a = input[i] + input[12 + i], b = input[4 + i] + input[8 + i];
        int32_t c = input[4 + i] - input[8 + i], d = input[i] - input[12 + i];
        columns[i] = a + b;
        columns[4 + i] = c + d;
        columns[8 + i] = a - b;
        columns[12 + i] = d - c;
    }
    SMALL_LOOP for (int i = 0; i < 4; i++, output += 64) {
        const int32_t *row = columns + 4 * i;
        int32_t a = row[0] + row[3] + 3, b = row[1] + row[2];
        int32_t c = row[1] - row[2], d = row[0] - row[3] + 3;
        output[0] = (int16_t)((a + b) >> 3);
        output[16] = (int16_t)((c + d) >> 3);
        output[32] = (int16_t)((a - b) >> 3);
        output[48] = (int16_t)((d - c) >> 3);
    }
}

#if WEBPARITY_SIMD
static inline v128_t cosine(v128_t x) {
    return wasm_i32x4_add(wasm_i32x4_shr(wasm_i32x4_mul(x, wasm_i32x4_const_splat(20091)), 16), x);
}
static inline v128_t sine(v128_t x) { return wasm_i32x4_shr(wasm_i32x4_mul(x, wasm_i32x4_const_splat(35468)), 16); }
static inline v128_t wrap(v128_t x) { return wasm_i32x4_shr(wasm_i32x4_shl(x, 16), 16); }

typedef struct {
    v128_t row[4];
} matrix;

static inline matrix transform_columns(matrix m) {
    v128_t a = wasm_i32x4_add(m.row[0], m.row[2]), b = wasm_i32x4_sub(m.row[0], m.row[2]);
    v128_t c = wasm_i32x4_sub(sine(m.row[1]), cosine(m.row[3]));
    v128_t d = wasm_i32x4_add(cosine(m.row[1]), sine(m.row[3]));
    return (matrix){{wrap(wasm_i32x4_add(a, d)), wrap(wasm_i32x4_add(b, c)), wrap(wasm_i32x4_sub(b, c)),
                     wrap(wasm_i32x4_sub(a, d))}};
}

static inline matrix transpose(matrix m) {
    v128_t low01 = wasm_i32x4_shuffle(m.row[0], m.row[1], 0, 4, 1, 5),
           high01 = wasm_i32x4_shuffle(m.row[0], m.row[1], 2, 6, 3, 7);
    v128_t low23 = wasm_i32x4_shuffle(m.row[2], m.row[3], 0, 4, 1, 5),
           high23 = wasm_i32x4_shuffle(m.row[2], m.row[3], 2, 6, 3, 7);
    return (matrix){{wasm_i64x2_shuffle(low01, low23, 0, 2), wasm_i64x2_shuffle(low01, low23, 1, 3),
                     wasm_i64x2_shuffle(high01, high23, 0, 2), wasm_i64x2_shuffle(high01, high23, 1, 3)}};
}

/* Adds an eighth of a block to the samples. */
static inline void add_block(matrix m, uint8_t *to, size_t stride) {
    for (int i = 0; i < 4; i++, to += stride) {
        v128_t before = wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(to)));
        v128_t sum = wasm_i32x4_add(before, wasm_i32x4_shr(m.row[i], 3));
        sum = wasm_i16x8_narrow_i32x4(sum, sum);
        wasm_v128_store32_lane(to, wasm_u8x16_narrow_i16x8(sum, sum), 0);
    }
}

static inline matrix transform_block(const int16_t input[16]) {
    matrix m;
    for (int i = 0; i < 4; i++) m.row[i] = wasm_i32x4_load16x4(input + 4 * i);
    m = transpose(transform_columns(m));
    m.row[0] = wasm_i32x4_add(m.row[0], wasm_i32x4_const_splat(4));
    return transpose(transform_columns(m));
}

/* Where only the first coefficient of the block, of its first row and of its first column differ from zero: without
   wrapping to 16 bits, as in libwebp's plain C. */
static inline matrix transform_short_block(const int16_t input[16]) {
    int32_t cosine1 = multiply_cosine(input[1]), sine1 = multiply_sine(input[1]), cosine4 = multiply_cosine(input[4]),
            sine4 = multiply_sine(input[4]);
    v128_t first = wasm_i32x4_add(wasm_i32x4_make(cosine1, sine1, -sine1, -cosine1), wasm_i32x4_splat(input[0] + 4));
    return (matrix){{wasm_i32x4_add(first, wasm_i32x4_splat(cosine4)), wasm_i32x4_add(first, wasm_i32x4_splat(sine4)),
                     wasm_i32x4_sub(first, wasm_i32x4_splat(sine4)), wasm_i32x4_sub(first, wasm_i32x4_splat(cosine4))}};
}

static void add_transform(const int16_t input[16], bool is_short, uint8_t *to, size_t stride) {
    add_block(is_short ? transform_short_block(input) : transform_block(input), to, stride);
}

static inline void add_dc(int32_t dc, uint8_t *to, size_t stride) {
    dc = (dc + 4) >> 3;
    v128_t rows = wasm_v128_load32_lane(to + stride, wasm_v128_load32_zero(to), 1);
    rows = wasm_v128_load32_lane(to + 3 * stride, wasm_v128_load32_lane(to + 2 * stride, rows, 2), 3);
    rows = dc < 0 ? wasm_u8x16_sub_sat(rows, wasm_u8x16_splat(clip(-dc)))
                  : wasm_u8x16_add_sat(rows, wasm_u8x16_splat(clip(dc)));
    wasm_v128_store32_lane(to, rows, 0);
    wasm_v128_store32_lane(to + stride, rows, 1);
    wasm_v128_store32_lane(to + 2 * stride, rows, 2);
    wasm_v128_store32_lane(to + 3 * stride, rows, 3);
}
#else
static void add_full_transform(const int16_t input[16], uint8_t *to, size_t stride) {
    int16_t columns[16];
    for (int i = 0; i < 4; i++) {
        int32_t a = input[i] + input[8 + i], b = input[i] - input[8 + i];
        int32_t c = multiply_sine(input[4 + i]) - multiply_cosine(input[12 + i]);
        int32_t d = multiply_cosine(input[4 + i]) + multiply_sine(input[12 + i]);
        columns[i] = (int16_t)(a + d);
        columns[4 + i] = (int16_t)(b + c);
        columns[8 + i] = (int16_t)(b - c);
        columns[12 + i] = (int16_t)(a - d);
    }
    for (int i = 0; i < 4; i++, to += stride) {
        const int16_t *row = columns + 4 * i;
        int32_t a = row[0] + 4 + row[2], b = row[0] + 4 - row[2];
        int32_t c = multiply_sine(row[1]) - multiply_cosine(row[3]);
        int32_t d = multiply_cosine(row[1]) + multiply_sine(row[3]);
        to[0] = clip(to[0] + ((int16_t)(a + d) >> 3));
        to[1] = clip(to[1] + ((int16_t)(b + c) >> 3));
        to[2] = clip(to[2] + ((int16_t)(b - c) >> 3));
        to[3] = clip(to[3] + ((int16_t)(a - d) >> 3));
    }
}

/* Where only the first coefficient of the block, of its first row and of its first column differ from zero: without
   wrapping to 16 bits, as in libwebp's plain C. */
static void add_short_transform(const int16_t input[16], uint8_t *to, size_t stride) {
    int32_t a = input[0] + 4;
    int32_t rows[4] = {multiply_cosine(input[4]), multiply_sine(input[4]), -multiply_sine(input[4]),
                       -multiply_cosine(input[4])};
    int32_t columns[4] = {multiply_cosine(input[1]), multiply_sine(input[1]), -multiply_sine(input[1]),
                          -multiply_cosine(input[1])};
    for (int y = 0; y < 4; y++, to += stride)
        for (int x = 0; x < 4; x++) to[x] = clip(to[x] + ((a + rows[y] + columns[x]) >> 3));
}

static void add_transform(const int16_t input[16], bool is_short, uint8_t *to, size_t stride) {
    if (is_short)
        add_short_transform(input, to, stride);
    else
        add_full_transform(input, to, stride);
}

static void add_dc(int32_t dc, uint8_t *to, size_t stride) {
    dc = (dc + 4) >> 3;
    for (int y = 0; y < 4; y++, to += stride)
        for (int x = 0; x < 4; x++) to[x] = clip(to[x] + dc);
}
#endif

void add_residual_block(const int16_t input[16], block_content content, uint8_t *to, size_t stride) {
    if (content >= FIRST_THREE)
        add_transform(input, content == FIRST_THREE, to, stride);
    else if (content == ONLY_DC)
        add_dc(input[0], to, stride);
}

/* Four blocks; where one has more than its first coefficient, all take the full transform. */
void add_chroma_residual(const int16_t input[64], const uint8_t contents[4], uint8_t *to, size_t stride) {
    uint8_t any = contents[0] | contents[1] | contents[2] | contents[3];
    if (any == NO_COEFFICIENT) return;
    for (int i = 0; i < 4; i++, input += 16) {
        uint8_t *block = to + (i >> 1) * 4 * stride + (i & 1) * 4;
        add_residual_block(input, any > ONLY_DC ? ALL_COEFFICIENTS : contents[i], block, stride);
    }
}
