/* From sums in registers to the output: bias, residual, activation, pooling; 8 columns at a time. */
#ifndef WEBPARITY_EPILOGUE_H
#define WEBPARITY_EPILOGUE_H

#include "activation.h"
#include "tile.h"

/* Where 8 columns of the sums go: column `first` of every row, and those behind it that exist. */
typedef struct {
    v128_t bias[2];
    activation activation;
    float *out;            /* column `first` of row 0 */
    const float *residual; /* likewise, or NULL */
    size_t stride;         /* floats from row to row */
    uint32_t columns;      /* 1 to TILE_COLUMNS */
} column_block;

/* `bias`, `residual` and `out` begin at column 0 of row 0; the first two may be NULL. `end` columns are there. */
column_block begin_columns(const float *bias, const float *residual, float *out, size_t stride, uint32_t first,
                           uint32_t end, activation a);

static inline void begin_tile(const column_block *block, v128_t sums[TILE_VECTORS]) {
    UNROLL
    for (size_t row = 0; row < TILE_ROWS; row++) {
        sums[2 * row] = block->bias[0];
        sums[2 * row + 1] = block->bias[1];
    }
}

/* Writes `count` rows, 1 to 4, from row `row` on. */
void finish_rows(const column_block *block, const v128_t *sums, size_t row, size_t count);
/* Writes the largest of the four rows of a tile to row `row`. */
void finish_pooled(const column_block *block, const v128_t sums[TILE_VECTORS], size_t row);

#endif
