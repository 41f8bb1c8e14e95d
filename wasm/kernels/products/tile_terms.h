/* A tile of sums in registers: 8 vectors of sums, 2 of weights, 1 number of a row in all lanes, 1 product; processors have
   at least 16. For the few files whose inner loop it is. */
#ifndef WEBPARITY_TILE_TERMS_H
#define WEBPARITY_TILE_TERMS_H

#include "tile.h"

ALWAYS_INLINE tile make_zero_tile(void) {
    tile t;
    UNROLL
    for (size_t i = 0; i < TILE_VECTORS; i++) t.of[i] = wasm_f32x4_const_splat(0);
    return t;
}

/* One term of each row: number `i` of the row by 8 weights. */
ALWAYS_INLINE void add_term(tile *sums, const float *const x[TILE_ROWS], size_t i, const float *weights) {
    v128_t low = wasm_v128_load(weights + TILE_COLUMNS * i), high = wasm_v128_load(weights + TILE_COLUMNS * i + LANES);
    UNROLL
    for (size_t row = 0; row < TILE_ROWS; row++) {
        v128_t number = wasm_v128_load32_splat(x[row] + i);
        sums->of[2 * row] = add_product(sums->of[2 * row], number, low);
        sums->of[2 * row + 1] = add_product(sums->of[2 * row + 1], number, high);
    }
}

/* `length` terms, at least one; returns the weights behind those that it used. The ways out between the terms of a round
   keep compilers from loading all numbers of a round first, for which there are not enough registers. */
ALWAYS_INLINE const float *add_run(tile *sums, const float *const rows[TILE_ROWS], size_t offset, uint32_t length,
                                   const float *weights) {
    enum { ROUND = 4 };
    const float *x[TILE_ROWS] = {rows[0] + offset, rows[1] + offset, rows[2] + offset, rows[3] + offset};
    const float *end = weights + (size_t)length * TILE_COLUMNS;
    for (;;) {
        add_term(sums, x, 0, weights);
        if (length == 1) break;
        add_term(sums, x, 1, weights);
        if (length == 2) break;
        add_term(sums, x, 2, weights);
        if (length == 3) break;
        add_term(sums, x, 3, weights);
        length -= ROUND;
        if (length == 0) break;
        UNROLL
        for (size_t row = 0; row < TILE_ROWS; row++) x[row] += ROUND;
        weights += ROUND * TILE_COLUMNS;
    }
    return end;
}

#endif
