/* Copies bytes from shortly before (a match of DEFLATE, a string of LZW); both may overlap. */
#ifndef WEBPARITY_MATCH_COPY_H
#define WEBPARITY_MATCH_COPY_H

#include <stdint.h>

#include "memory.h"
#include "simd.h"

#if WEBPARITY_SIMD
/* Rows of index i % distance, for distances 1..15. */
static const uint8_t REPEAT_INDEX[16][16] = {
    {0},
    {0},
    {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
    {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0},
    {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3},
    {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0},
    {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3},
    {0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1},
    {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0},
};
/* The largest multiple of the distance up to 16. */
static const uint8_t REPEAT_STEP[16] = {0, 16, 16, 15, 16, 15, 12, 14, 16, 9, 10, 11, 12, 13, 14, 15};

/* Copies `length` bytes from `distance` bytes before `out`; writes up to 16 bytes behind them. */
static inline void copy_match(uint8_t *out, uint32_t distance, uint32_t length) {
    const uint8_t *from = out - distance, *end = out + length;
    if (distance >= 16) {
        do {
            wasm_v128_store(out, wasm_v128_load(from));
            out += 16;
            from += 16;
        } while (out < end);
        return;
    }
    v128_t repeated = wasm_i8x16_swizzle(wasm_v128_load(from), wasm_v128_load(REPEAT_INDEX[distance]));
    do {
        wasm_v128_store(out, repeated);
        out += REPEAT_STEP[distance];
    } while (out < end);
}
#else
static inline void copy_match(uint8_t *out, uint32_t distance, uint32_t length) {
    const uint8_t *from = out - distance, *end = out + length;
    while (out < end) *out++ = *from++;
}
#endif

#endif
