/* Tiles in registers: 8 vectors of sums, 2 of weights, 1 number of a row in all lanes, 1 product; 16 vectors are there. */
#include "tile.h"

typedef struct {
    v128_t of[TILE_VECTORS];
} tile;

/* One term of each row: number `i` of the row by 8 weights. */
static inline __attribute__((always_inline)) void add_term(tile *sums, const float *const x[TILE_ROWS], size_t i,
                                                           const float *weights) {
    v128_t low = wasm_v128_load(weights + TILE_COLUMNS * i), high = wasm_v128_load(weights + TILE_COLUMNS * i + LANES);
    UNROLL
    for (size_t row = 0; row < TILE_ROWS; row++) {
        v128_t number = wasm_v128_load32_splat(x[row] + i);
        sums->of[2 * row] = add_product(sums->of[2 * row], number, low);
        sums->of[2 * row + 1] = add_product(sums->of[2 * row + 1], number, high);
    }
}

const float *add_block(v128_t sums[TILE_VECTORS], const float *const rows[TILE_ROWS], const term_run *runs,
                       uint32_t count, const float *weights) {
    enum { AT_ONCE = 4 };
    tile t;
    UNROLL
    for (size_t i = 0; i < TILE_VECTORS; i++) t.of[i] = wasm_f32x4_const_splat(0);
    for (; count; count--, runs++) {
        const float *x[TILE_ROWS] = {rows[0] + runs->offset, rows[1] + runs->offset, rows[2] + runs->offset,
                                     rows[3] + runs->offset};
        uint32_t left = runs->length;
        for (; left >= AT_ONCE; left -= AT_ONCE) {
            UNROLL
            for (size_t i = 0; i < AT_ONCE; i++) add_term(&t, x, i, weights);
            UNROLL
            for (size_t row = 0; row < TILE_ROWS; row++) x[row] += AT_ONCE;
            weights += AT_ONCE * TILE_COLUMNS;
        }
        for (; left; left--) {
            add_term(&t, x, 0, weights);
            UNROLL
            for (size_t row = 0; row < TILE_ROWS; row++) x[row]++;
            weights += TILE_COLUMNS;
        }
    }
    UNROLL
    for (size_t i = 0; i < TILE_VECTORS; i++) sums[i] = wasm_f32x4_add(sums[i], t.of[i]);
    return weights;
}

void add_row_terms(v128_t sums[2], const float *row, uint32_t length, const float *weights) {
    enum { SUMS = 4 };
    while (length) {
        uint32_t block = length < SUMS * BLOCK_TERMS ? length : SUMS * BLOCK_TERMS;
        v128_t low[SUMS], high[SUMS];
        UNROLL
        for (size_t i = 0; i < SUMS; i++) low[i] = high[i] = wasm_f32x4_const_splat(0);
        length -= block;
        for (; block >= SUMS; block -= SUMS) {
            UNROLL
            for (size_t i = 0; i < SUMS; i++) {
                v128_t number = wasm_v128_load32_splat(row + i);
                low[i] = add_product(low[i], number, wasm_v128_load(weights + TILE_COLUMNS * i));
                high[i] = add_product(high[i], number, wasm_v128_load(weights + TILE_COLUMNS * i + LANES));
            }
            row += SUMS;
            weights += SUMS * TILE_COLUMNS;
        }
        for (; block; block--, row++, weights += TILE_COLUMNS) {
            v128_t number = wasm_v128_load32_splat(row);
            low[0] = add_product(low[0], number, wasm_v128_load(weights));
            high[0] = add_product(high[0], number, wasm_v128_load(weights + LANES));
        }
        low[0] = wasm_f32x4_add(wasm_f32x4_add(low[0], low[1]), wasm_f32x4_add(low[2], low[3]));
        high[0] = wasm_f32x4_add(wasm_f32x4_add(high[0], high[1]), wasm_f32x4_add(high[2], high[3]));
        sums[0] = wasm_f32x4_add(sums[0], low[0]);
        sums[1] = wasm_f32x4_add(sums[1], high[0]);
    }
}
