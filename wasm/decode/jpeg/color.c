/* Conversion of a row of samples to RGB. YCbCr as libjpeg-turbo computes it (jdcolor: 16-bit fractions, rounded);
   CMYK as Pillow does: always as inverted (Adobe's way), then R = K' - C * K' / 255, rounded (cmyk2rgb). */
#include "../rgb_store.h"
#include "jpeg.h"

/* FIX(x) of jdcolor. */
enum { CR_R = 91881, CB_B = 116130, CR_G = 46802, CB_G = 22554, HALF = 1 << 15 };

static inline uint8_t clamp(int32_t value) { return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value; }

static inline void convert_ycc(int32_t y, int32_t cb, int32_t cr, uint8_t *to) {
    cb -= 128;
    cr -= 128;
    to[0] = clamp(y + ((CR_R * cr + HALF) >> 16));
    to[1] = clamp(y + ((-CB_G * cb - CR_G * cr + HALF) >> 16));
    to[2] = clamp(y + ((CB_B * cb + HALF) >> 16));
}

/* a * b / 255, rounded, as Pillow's MULDIV255. */
static inline int32_t multiply_255(int32_t a, int32_t b) {
    int32_t product = a * b + 128;
    return ((product >> 8) + product) >> 8;
}

static void convert_inks(const jpeg *d, const uint8_t *const *rows, uint8_t *to) {
    for (uint32_t x = 0; x < d->width; x++, to += 3) {
        uint8_t inks[3] = {(uint8_t)(255 - rows[0][x]), (uint8_t)(255 - rows[1][x]), (uint8_t)(255 - rows[2][x])};
        if (d->color == YCCK) convert_ycc(rows[0][x], rows[1][x], rows[2][x], inks);
        int32_t light = rows[3][x];
        for (uint32_t i = 0; i < 3; i++) to[i] = clamp(light - multiply_255(inks[i], light));
    }
}

#if WEBPARITY_SIMD
/* 8 pixels: red, green and blue as 16-bit lanes, not yet within 0 to 255. */
static inline void convert_lanes(v128_t y, v128_t cb, v128_t cr, v128_t *r, v128_t *g, v128_t *b) {
    v128_t center = wasm_i16x8_const_splat(128);
    cb = wasm_i16x8_sub(cb, center);
    cr = wasm_i16x8_sub(cr, center);
    /* CR_R = 65536 + 26345 and CB_B = 2 * 65536 - 14942: 15-bit fractions round all 256 values alike. */
    *r = wasm_i16x8_add(wasm_i16x8_add(y, cr), wasm_i16x8_q15mulr_sat(cr, wasm_i16x8_const_splat(13173)));
    *b = wasm_i16x8_add(wasm_i16x8_add(y, wasm_i16x8_add(cb, cb)),
                        wasm_i16x8_q15mulr_sat(cb, wasm_i16x8_const_splat(-7471)));
    /* Both even: in 15 bits, -11277 * cb + 9367 * cr - 32768 * cr. */
    v128_t weights = wasm_i16x8_const(-11277, 9367, -11277, 9367, -11277, 9367, -11277, 9367);
    v128_t half = wasm_i32x4_const_splat(1 << 14);
    v128_t low = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(cb, cr, 0, 8, 1, 9, 2, 10, 3, 11), weights);
    v128_t high = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(cb, cr, 4, 12, 5, 13, 6, 14, 7, 15), weights);
    low = wasm_i32x4_shr(wasm_i32x4_add(low, half), 15);
    high = wasm_i32x4_shr(wasm_i32x4_add(high, half), 15);
    *g = wasm_i16x8_add(wasm_i16x8_sub(y, cr), wasm_i16x8_narrow_i32x4(low, high));
}

static inline void convert_16(const jpeg *d, const uint8_t *const *rows, uint32_t x, uint8_t *to) {
    v128_t red = wasm_v128_load(rows[0] + x), green = red, blue = red;
    if (d->color != GRAY) {
        green = wasm_v128_load(rows[1] + x);
        blue = wasm_v128_load(rows[2] + x);
    }
    if (d->color == YCC) {
        v128_t y = red, cb = green, cr = blue, r[2], g[2], b[2];
        convert_lanes(wasm_u16x8_extend_low_u8x16(y), wasm_u16x8_extend_low_u8x16(cb), wasm_u16x8_extend_low_u8x16(cr),
                      &r[0], &g[0], &b[0]);
        convert_lanes(wasm_u16x8_extend_high_u8x16(y), wasm_u16x8_extend_high_u8x16(cb),
                      wasm_u16x8_extend_high_u8x16(cr), &r[1], &g[1], &b[1]);
        red = wasm_u8x16_narrow_i16x8(r[0], r[1]);
        green = wasm_u8x16_narrow_i16x8(g[0], g[1]);
        blue = wasm_u8x16_narrow_i16x8(b[0], b[1]);
    }
    store_16_pixels(red, green, blue, to);
}
#endif

void convert_row(const jpeg *d, const uint8_t *const *rows, uint8_t *to) {
    if (d->component_count == 4) {
        convert_inks(d, rows, to);
        return;
    }
    uint32_t x = 0;
#if WEBPARITY_SIMD
    uint8_t last[48];
    uint32_t whole = d->width & ~15u;
    for (; x < d->width; x += 16) convert_16(d, rows, x, x < whole ? to + (size_t)x * 3 : last);
    memcpy(to + (size_t)whole * 3, last, (size_t)(d->width - whole) * 3);
#else
    for (; x < d->width; x++, to += 3) {
        if (d->color == YCC) {
            convert_ycc(rows[0][x], rows[1][x], rows[2][x], to);
        } else {
            for (uint32_t i = 0; i < 3; i++) to[i] = rows[d->color == RGB ? i : 0][x];
        }
    }
#endif
}
