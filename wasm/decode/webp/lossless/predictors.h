/* The predictors of section 4.1. A pixel is 8 bits each of alpha, red, green and blue, each computed on its own. */
#ifndef WEBPARITY_DECODE_WEBP_LOSSLESS_PREDICTORS_H
#define WEBPARITY_DECODE_WEBP_LOSSLESS_PREDICTORS_H

#include <stdint.h>

#include "../../../simd.h"

#define OPAQUE_BLACK 0xff000000u

#if WEBPARITY_SIMD
typedef v128_t pixel; /* in the lower 32 bits */

static inline pixel load_pixel(const uint32_t *at) { return wasm_v128_load32_zero(at); }
static inline void store_pixel(uint32_t *at, pixel value) { wasm_v128_store32_lane(at, value, 0); }
static inline pixel make_pixel(uint32_t value) { return wasm_u32x4_splat(value); }
static inline pixel add_pixels(pixel a, pixel b) { return wasm_i8x16_add(a, b); }

/* Rounded down. */
static inline pixel average(pixel a, pixel b) {
    return wasm_i8x16_sub(wasm_u8x16_avgr(a, b), wasm_v128_and(wasm_v128_xor(a, b), wasm_i8x16_const_splat(1)));
}

/* The sum over all channels. */
static inline v128_t find_distance(pixel a, pixel b) {
    v128_t differences = wasm_v128_or(wasm_u8x16_sub_sat(a, b), wasm_u8x16_sub_sat(b, a));
    return wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(differences));
}

static inline pixel select_pixel(pixel left, pixel above, pixel corner) {
    return wasm_v128_bitselect(left, above, wasm_i32x4_lt(find_distance(above, corner), find_distance(left, corner)));
}

static inline v128_t widen(pixel a) { return wasm_u16x8_extend_low_u8x16(a); }

static inline pixel add_subtract_full(pixel left, pixel above, pixel corner) {
    v128_t sum = wasm_i16x8_sub(wasm_i16x8_add(widen(left), widen(above)), widen(corner));
    return wasm_u8x16_narrow_i16x8(sum, sum);
}

static inline pixel add_subtract_half(pixel mean, pixel corner) {
    v128_t difference = wasm_i16x8_sub(widen(mean), widen(corner));
    /* Halved towards zero. */
    v128_t half = wasm_i16x8_shr(wasm_i16x8_sub(difference, wasm_i16x8_shr(difference, 15)), 1),
           sum = wasm_i16x8_add(widen(mean), half);
    return wasm_u8x16_narrow_i16x8(sum, sum);
}
#else
typedef uint32_t pixel;

static inline pixel load_pixel(const uint32_t *at) { return *at; }
static inline void store_pixel(uint32_t *at, pixel value) { *at = value; }
static inline pixel make_pixel(uint32_t value) { return value; }

static inline pixel add_pixels(pixel a, pixel b) {
    uint32_t alpha_green = (a & 0xff00ff00) + (b & 0xff00ff00), red_blue = (a & 0x00ff00ff) + (b & 0x00ff00ff);
    return (alpha_green & 0xff00ff00) | (red_blue & 0x00ff00ff);
}

/* Rounded down. */
static inline pixel average(pixel a, pixel b) { return (((a ^ b) & 0xfefefefe) >> 1) + (a & b); }

static inline int32_t channel(pixel a, int shift) { return (int32_t)(a >> shift & 0xff); }

/* The sum over all channels. */
static inline int32_t find_distance(pixel a, pixel b) {
    int32_t sum = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        int32_t difference = channel(a, shift) - channel(b, shift);
        sum += difference < 0 ? -difference : difference;
    }
    return sum;
}

static inline pixel select_pixel(pixel left, pixel above, pixel corner) {
    return find_distance(above, corner) < find_distance(left, corner) ? left : above;
}

static inline uint32_t clip_channel(int32_t value) { return (uint32_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

static inline pixel add_subtract_full(pixel left, pixel above, pixel corner) {
    pixel sum = 0;
    for (int shift = 0; shift < 32; shift += 8)
        sum |= clip_channel(channel(left, shift) + channel(above, shift) - channel(corner, shift)) << shift;
    return sum;
}

static inline pixel add_subtract_half(pixel mean, pixel corner) {
    pixel sum = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        int32_t value = channel(mean, shift);
        sum |= clip_channel(value + (value - channel(corner, shift)) / 2) << shift;
    }
    return sum;
}
#endif

/* Adds to `count` differences in `row` what the mode predicts from the pixel before and those of the row above: the one
   over it (`top`), and its neighbours. Select takes of left and top what is nearer to left + top - corner. */
static void add_prediction(uint32_t mode, uint32_t *row, const uint32_t *above, uint32_t count) {
    pixel left = load_pixel(row - 1), corner = load_pixel(above - 1);
#define EACH(prediction)                                                                                               \
    ROLLED for (uint32_t x = 0; x < count; x++) {                                                                      \
        pixel top = load_pixel(above + x);                                                                             \
        left = add_pixels(load_pixel(row + x), prediction);                                                            \
        store_pixel(row + x, left);                                                                                    \
        corner = top;                                                                                                  \
    }                                                                                                                  \
    break
#define RIGHT load_pixel(above + x + 1)
    switch (mode) {
    case 1: EACH(left);
    case 2: EACH(top);
    case 3: EACH(RIGHT);
    case 4: EACH(corner);
    case 5: EACH(average(average(left, RIGHT), top));
    case 6: EACH(average(left, corner));
    case 7: EACH(average(left, top));
    case 8: EACH(average(corner, top));
    case 9: EACH(average(top, RIGHT));
    case 10: EACH(average(average(left, corner), average(top, RIGHT)));
    case 11: EACH(select_pixel(left, top, corner));
    case 12: EACH(add_subtract_full(left, top, corner));
    case 13: EACH(add_subtract_half(average(left, top), corner));
    default: EACH(make_pixel(OPAQUE_BLACK));
    }
#undef RIGHT
#undef EACH
}

#endif
