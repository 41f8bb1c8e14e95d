/* A tile of sums in registers: 8 vectors of sums, 2 of weights, 1 number of a row in all lanes, 1 product; processors have
   at least 16. For the few files whose inner loop it is. */
#ifndef WEBPARITY_TILE_TERMS_H
#define WEBPARITY_TILE_TERMS_H

#include "tile.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef struct {
    v128_t of[TILE_VECTORS];
} tile;

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

/* `length` terms; returns the weights behind those that it used. */
ALWAYS_INLINE const float *add_run(tile *sums, const float *const rows[TILE_ROWS], size_t offset, uint32_t length,
                                   const float *weights) {
    enum { AT_ONCE = 4 };
    const float *x[TILE_ROWS] = {rows[0] + offset, rows[1] + offset, rows[2] + offset, rows[3] + offset};
    for (; length >= AT_ONCE; length -= AT_ONCE) {
        UNROLL
        for (size_t i = 0; i < AT_ONCE; i++) add_term(sums, x, i, weights);
        UNROLL
        for (size_t row = 0; row < TILE_ROWS; row++) x[row] += AT_ONCE;
        weights += AT_ONCE * TILE_COLUMNS;
    }
    for (; length; length--) {
        add_term(sums, x, 0, weights);
        UNROLL
        for (size_t row = 0; row < TILE_ROWS; row++) x[row]++;
        weights += TILE_COLUMNS;
    }
    return weights;
}

#endif
