#include "tile_terms.h"

const float *add_block(tile *sums, const float *const rows[TILE_ROWS], const term_run *runs, uint32_t count,
                       const float *weights) {
    tile t = make_zero_tile();
    for (; count; count--, runs++) weights = add_run(&t, rows, runs->offset, runs->length, weights);
    UNROLL
    for (size_t i = 0; i < TILE_VECTORS; i++) sums->of[i] = wasm_f32x4_add(sums->of[i], t.of[i]);
    return weights;
}

enum { ROW_SUMS = 4 };

typedef struct {
    v128_t low[ROW_SUMS], high[ROW_SUMS];
} row_sums;

ALWAYS_INLINE void add_row_term(row_sums *sums, const float *row, size_t i, const float *weights) {
    v128_t number = wasm_v128_load32_splat(row + i);
    sums->low[i] = add_product(sums->low[i], number, wasm_v128_load(weights + TILE_COLUMNS * i));
    sums->high[i] = add_product(sums->high[i], number, wasm_v128_load(weights + TILE_COLUMNS * i + LANES));
}

/* At least one term; each fourth one enters the same sum. The ways out have the reason of those in `add_run`. */
ALWAYS_INLINE void add_row_run(row_sums *sums, const float *row, uint32_t length, const float *weights) {
    for (;;) {
        add_row_term(sums, row, 0, weights);
        if (length == 1) return;
        add_row_term(sums, row, 1, weights);
        if (length == 2) return;
        add_row_term(sums, row, 2, weights);
        if (length == 3) return;
        add_row_term(sums, row, 3, weights);
        length -= ROW_SUMS;
        if (length == 0) return;
        row += ROW_SUMS;
        weights += ROW_SUMS * TILE_COLUMNS;
    }
}

ALWAYS_INLINE v128_t add_four(const v128_t sums[ROW_SUMS]) {
    return wasm_f32x4_add(wasm_f32x4_add(sums[0], sums[1]), wasm_f32x4_add(sums[2], sums[3]));
}

void add_row_terms(v128_t sums[2], const float *row, uint32_t length, const float *weights) {
    enum { BLOCK = ROW_SUMS * BLOCK_TERMS };
    for (uint32_t at = 0; at < length; at += BLOCK) {
        row_sums block;
        UNROLL
        for (size_t i = 0; i < ROW_SUMS; i++) block.low[i] = block.high[i] = wasm_f32x4_const_splat(0);
        add_row_run(&block, row + at, length - at < BLOCK ? length - at : BLOCK, weights + (size_t)at * TILE_COLUMNS);
        sums[0] = wasm_f32x4_add(sums[0], add_four(block.low));
        sums[1] = wasm_f32x4_add(sums[1], add_four(block.high));
    }
}
