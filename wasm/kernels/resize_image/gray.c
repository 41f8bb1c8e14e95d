/* Gray of a row: 16 pixels at a time, as products of pairs (red, green) and (green, blue). */
#include "gray.h"

#include "../../simd.h"

#if WEBPARITY_SIMD
static inline v128_t splat_pair(int16_t first, int16_t second) {
    return wasm_u32x4_splat((uint32_t)(uint16_t)first | (uint32_t)(uint16_t)second << 16);
}

/* The sums of the first 4 of the pixels that 16 bytes hold, as 32-bit lanes. */
static inline v128_t sum_4_pixels(const uint8_t *rgb, v128_t red_green, v128_t green_blue) {
    v128_t bytes = wasm_v128_load(rgb);
    v128_t pairs = wasm_i8x16_shuffle(bytes, bytes, 0, 1, 3, 4, 6, 7, 9, 10, 1, 2, 4, 5, 7, 8, 10, 11);
    return wasm_i32x4_add(wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(pairs), red_green),
                          wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(pairs), green_blue));
}

static inline v128_t weigh_4_pixels(const uint8_t *rgb, v128_t red_green, v128_t green_blue, uint32_t bits) {
    v128_t sums = sum_4_pixels(rgb, red_green, green_blue);
    return wasm_i32x4_shr(wasm_i32x4_add(sums, wasm_i32x4_splat(1 << (bits - 1))), bits);
}
#endif

void convert_to_gray(const luma *l, const uint8_t *rgb, uint32_t width, uint8_t *gray) {
    uint32_t x = 0;
#if WEBPARITY_SIMD
    v128_t red_green = splat_pair(l->red, l->green_by_red), green_blue = splat_pair(l->green_by_blue, l->blue);
    /* The last load reads 4 bytes more than 16 pixels have. */
    for (; x + 18 <= width; x += 16, rgb += 48) {
        v128_t a = weigh_4_pixels(rgb, red_green, green_blue, l->bits);
        v128_t b = weigh_4_pixels(rgb + 12, red_green, green_blue, l->bits);
        v128_t c = weigh_4_pixels(rgb + 24, red_green, green_blue, l->bits);
        v128_t d = weigh_4_pixels(rgb + 36, red_green, green_blue, l->bits);
        v128_t low = wasm_i16x8_narrow_i32x4(a, b), high = wasm_i16x8_narrow_i32x4(c, d);
        wasm_v128_store(gray + x, wasm_u8x16_narrow_i16x8(low, high));
    }
#endif
    for (; x < width; x++, rgb += 3) gray[x] = weigh_luma(l, rgb);
}
