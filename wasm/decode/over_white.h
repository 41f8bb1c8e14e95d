/* Compositing over white, as the decode contract computes it: (c a + 255 (255 - a) + 127) / 255. */
#ifndef WEBPARITY_DECODE_OVER_WHITE_H
#define WEBPARITY_DECODE_OVER_WHITE_H

#include <stdint.h>

#include "../simd.h"

/* The division is exact for all samples: of the sum and 128, the upper byte of 257 / 256 of it. */
static inline uint8_t put_over_white(uint32_t sample, uint32_t alpha) {
    uint32_t sum = sample * alpha + 255 * (255 - alpha) + 128;
    return (uint8_t)((sum + (sum >> 8)) >> 8);
}

#if WEBPARITY_SIMD
static inline v128_t divide_sums(v128_t products, v128_t scaled_alphas) {
    v128_t sum = wasm_i16x8_sub(wasm_i16x8_add(products, wasm_i16x8_splat((int16_t)(255 * 255 + 128))), scaled_alphas);
    return wasm_u16x8_shr(wasm_i16x8_add(sum, wasm_u16x8_shr(sum, 8)), 8);
}

/* 16 samples, each with its alpha. */
static inline v128_t put_16_over_white(v128_t samples, v128_t alphas) {
    v128_t white = wasm_i8x16_const_splat(-1);
    v128_t low = divide_sums(wasm_u16x8_extmul_low_u8x16(samples, alphas), wasm_u16x8_extmul_low_u8x16(alphas, white));
    v128_t high = divide_sums(wasm_u16x8_extmul_high_u8x16(samples, alphas),
                              wasm_u16x8_extmul_high_u8x16(alphas, white));
    return wasm_u8x16_narrow_i16x8(low, high);
}
#endif

#endif
