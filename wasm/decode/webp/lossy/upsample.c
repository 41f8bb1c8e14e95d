/* Chroma to full size, and RGB, to the bit as libwebp's "fancy" upsampling and its BT.601 give them. */
#include "../../../simd.h"
#include "../../rgb_store.h"
#include "vp8.h"

enum { PADDING = 32 };

/* Two rows of chroma, of full width, with room for whole vectors. */
size_t measure_convert_scratch(uint32_t width) { return 2 * ((size_t)width + PADDING); }

/* Every sample is 9, 3, 3 and 1 sixteenths of the four nearest; at both edges the nearest column counts twice. */
static inline uint32_t add_column(const uint8_t *near, const uint8_t *far, uint32_t x) { return 3u * near[x] + far[x]; }

#if WEBPARITY_SIMD
static inline v128_t add_columns(const uint8_t *near, const uint8_t *far, uint32_t x) {
    v128_t row = wasm_u16x8_load8x8(near + x);
    return wasm_i16x8_add(wasm_i16x8_add(row, wasm_i16x8_shl(row, 1)), wasm_u16x8_load8x8(far + x));
}

static inline v128_t weigh_columns(v128_t near, v128_t far) {
    v128_t sum = wasm_i16x8_add(wasm_i16x8_add(near, wasm_i16x8_shl(near, 1)),
                                wasm_i16x8_add(far, wasm_i16x8_const_splat(8)));
    return wasm_u16x8_shr(sum, 4);
}

/* Reads up to 8 bytes and writes up to 16 beyond the row. */
static void upsample_inside(const uint8_t *near, const uint8_t *far, uint32_t width, uint8_t *to) {
    for (uint32_t x = 1; 2 * x < width; x += 8) {
        v128_t before = add_columns(near, far, x - 1), here = add_columns(near, far, x);
        v128_t odd = weigh_columns(before, here), even = weigh_columns(here, before);
        wasm_v128_store(to + 2 * x - 1, wasm_v128_or(odd, wasm_i16x8_shl(even, 8)));
    }
}
#else
static void upsample_inside(const uint8_t *near, const uint8_t *far, uint32_t width, uint8_t *to) {
    for (uint32_t x = 1; 2 * x < width; x++) {
        uint32_t before = add_column(near, far, x - 1), here = add_column(near, far, x);
        to[2 * x - 1] = (uint8_t)((3 * before + here + 8) >> 4);
        to[2 * x] = (uint8_t)((before + 3 * here + 8) >> 4);
    }
}
#endif

static
    __attribute__((noinline)) void upsample_row(const uint8_t *near, const uint8_t *far, uint32_t width, uint8_t *to) {
    upsample_inside(near, far, width, to);
    to[0] = (uint8_t)((add_column(near, far, 0) + 2) >> 2);
    if (width % 2 == 0) to[width - 1] = (uint8_t)((add_column(near, far, width / 2 - 1) + 2) >> 2);
}

/* Sums have 6 fractional bits; each product keeps 8 more, cut off as by a multiplication that keeps the upper half. */
#if WEBPARITY_SIMD
/* (sample * factor) >> 8 in 16 bits: the upper byte of the factor needs no shift. */
static inline v128_t multiply(v128_t samples, uint32_t factor) {
    v128_t upper = wasm_i16x8_mul(samples, wasm_i16x8_splat((int16_t)(factor >> 8)));
    return wasm_i16x8_add(upper, wasm_u16x8_shr(wasm_i16x8_mul(samples, wasm_i16x8_splat((int16_t)(factor & 255))), 8));
}

/* Where the sum is below 0 it saturates; above 255 the packing does. */
static inline v128_t take_offset(v128_t sum, uint32_t offset) {
    return wasm_u16x8_shr(wasm_u16x8_sub_sat(sum, wasm_i16x8_splat((int16_t)offset)), 6);
}

typedef struct {
    v128_t red, green, blue;
} rgb_vectors;

static inline rgb_vectors convert_eight(v128_t luma, v128_t u, v128_t v) {
    v128_t y = multiply(luma, 19077);
    v128_t green = wasm_i16x8_add(y, wasm_i16x8_const_splat(8708));
    green = wasm_u16x8_sub_sat(green, wasm_i16x8_add(multiply(u, 6419), multiply(v, 13320)));
    return (rgb_vectors){take_offset(wasm_i16x8_add(y, multiply(v, 26149)), 14234), wasm_u16x8_shr(green, 6),
                         take_offset(wasm_i16x8_add(y, multiply(u, 33050)), 17685)};
}

/* 16 pixels. */
static inline void convert_vector(const uint8_t *luma, const uint8_t *u, const uint8_t *v, uint8_t *rgb) {
    v128_t ys = wasm_v128_load(luma), us = wasm_v128_load(u), vs = wasm_v128_load(v);
    rgb_vectors low = convert_eight(wasm_u16x8_extend_low_u8x16(ys), wasm_u16x8_extend_low_u8x16(us),
                                    wasm_u16x8_extend_low_u8x16(vs));
    rgb_vectors high = convert_eight(wasm_u16x8_extend_high_u8x16(ys), wasm_u16x8_extend_high_u8x16(us),
                                     wasm_u16x8_extend_high_u8x16(vs));
    v128_t r = wasm_u8x16_narrow_i16x8(low.red, high.red), g = wasm_u8x16_narrow_i16x8(low.green, high.green);
    v128_t b = wasm_u8x16_narrow_i16x8(low.blue, high.blue);
    store_16_pixels(r, g, b, rgb);
}

static void convert_samples(const uint8_t *luma, const uint8_t *u, const uint8_t *v, uint32_t count, uint8_t *rgb) {
    uint8_t last[48];
    uint32_t whole = count & ~15u;
    for (uint32_t x = 0; x < count; x += 16)
        convert_vector(luma + x, u + x, v + x, x < whole ? rgb + 3 * (size_t)x : last);
    memcpy(rgb + 3 * (size_t)whole, last, 3 * (size_t)(count - whole));
}
#else
static inline int32_t multiply(uint32_t sample, uint32_t factor) { return (int32_t)(sample * factor >> 8); }

static inline uint8_t clip(int32_t sum) { return (uint8_t)(sum < 0 ? 0 : sum >> 6 > 255 ? 255 : sum >> 6); }

static void convert_samples(const uint8_t *luma, const uint8_t *u, const uint8_t *v, uint32_t count, uint8_t *rgb) {
    for (uint32_t x = 0; x < count; x++, rgb += 3) {
        int32_t y = multiply(luma[x], 19077);
        rgb[0] = clip(y + multiply(v[x], 26149) - 14234);
        rgb[1] = clip(y - multiply(u[x], 6419) - multiply(v[x], 13320) + 8708);
        rgb[2] = clip(y + multiply(u[x], 33050) - 17685);
    }
}
#endif

void convert_luma_row(const uint8_t *luma, const chroma_rows *chroma, uint32_t width, uint8_t *rgb, uint8_t *scratch) {
    uint8_t *u = scratch, *v = scratch + width + PADDING;
    upsample_row(chroma->near_u, chroma->far_u, width, u);
    upsample_row(chroma->near_v, chroma->far_v, width, v);
    convert_samples(luma, u, v, width, rgb);
}
