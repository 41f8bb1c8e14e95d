/* From sums in registers to the output: bias, residual, activation, pooling; 8 columns at a time. */
#ifndef WEBPARITY_EPILOGUE_H
#define WEBPARITY_EPILOGUE_H

#include "activation.h"
#include "tile_terms.h"

/* Where 8 columns of the sums go: column `first` of every row, and those behind it that exist. */
typedef struct {
    v128_t bias[2];
    v128_t low, high; /* limits of NONE (infinities) and CLIP */
    activation activation;
    bool simple;           /* 8 columns, and those limits are the whole activation */
    float *out;            /* column `first` of row 0 */
    const float *residual; /* likewise, or NULL */
    size_t stride;         /* floats from row to row */
    uint32_t columns;      /* 1 to TILE_COLUMNS */
} column_block;

/* `bias`, `residual` and `out` begin at column 0 of row 0; the first two may be NULL. `end` columns are there. */
column_block begin_columns(const float *bias, const float *residual, float *out, size_t stride, uint32_t first,
                           uint32_t end, activation a);

/* Writes `count` rows of sums, which have their bias, from row `row` on. */
void finish_rows(const column_block *block, const v128_t *sums, size_t row, size_t count);

/* As activate_in_registers, where `simple` says so. NaN stays NaN. */
ALWAYS_INLINE v128_t clip_sums(const column_block *block, v128_t sums) {
    return wasm_f32x4_pmin(wasm_f32x4_pmax(sums, block->low), block->high);
}

/* Writes the first `count` rows of a tile: whole tiles without a residual from registers. */
ALWAYS_INLINE void finish_tile(const column_block *block, const tile *sums, size_t row, size_t count) {
    if (block->simple && count == TILE_ROWS && !block->residual) {
        float *to = block->out + row * block->stride;
        UNROLL
        for (size_t i = 0; i < TILE_ROWS; i++, to += block->stride) {
            wasm_v128_store(to, clip_sums(block, sums->of[2 * i]));
            wasm_v128_store(to + LANES, clip_sums(block, sums->of[2 * i + 1]));
        }
        return;
    }
    /* A copy: sums that have an address would not be kept in registers. */
    tile copy = *sums;
    finish_rows(block, copy.of, row, count);
}

/* Writes the largest of the four rows of a tile to row `row`. The activations that are allowed before pooling never fall,
   so the largest result is that of the largest sum. */
ALWAYS_INLINE void finish_pooled(const column_block *block, const tile *sums, size_t row) {
    v128_t largest[2];
    UNROLL
    for (size_t half = 0; half < 2; half++) {
        largest[half] = wasm_f32x4_pmax(wasm_f32x4_pmax(sums->of[half], sums->of[2 + half]),
                                        wasm_f32x4_pmax(sums->of[4 + half], sums->of[6 + half]));
    }
    finish_rows(block, largest, row, 1);
}

ALWAYS_INLINE void add_bias(const column_block *block, tile *sums) {
    UNROLL
    for (size_t i = 0; i < TILE_VECTORS; i++) sums->of[i] = wasm_f32x4_add(sums->of[i], block->bias[i % 2]);
}

#endif
