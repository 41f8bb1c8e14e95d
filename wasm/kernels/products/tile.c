#include "tile_terms.h"

const float *add_block(tile *sums, const float *const rows[TILE_ROWS], const term_run *runs, uint32_t count,
                       const float *weights) {
    tile t = make_zero_tile();
    for (; count; count--, runs++) weights = add_run(&t, rows, runs->offset, runs->length, weights);
    UNROLL
    for (size_t i = 0; i < TILE_VECTORS; i++) sums->of[i] = wasm_f32x4_add(sums->of[i], t.of[i]);
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
