/* Rows by 8 columns of packed weights: what convolutions and dense layers have in common. */
#ifndef WEBPARITY_PRODUCT_TILES_H
#define WEBPARITY_PRODUCT_TILES_H

#include "epilogue.h"

typedef struct {
    const float *x;
    const uint32_t *offsets; /* where each row begins; NULL: at every `step` floats */
    size_t step;
    uint32_t rows;
    const term_run *runs;
    uint32_t run_count; /* 0: the terms of a row lie side by side, `terms` of them */
    uint32_t terms;
    bool pooled; /* four rows make one result */
} product_rows;

/* Computes all rows, and writes results from row `first_result` on. */
void multiply_tiles(const product_rows *r, const column_block *block, const float *weights, size_t first_result);
/* One row of `terms` terms, with four sums side by side for each column, in blocks of 4 * BLOCK_TERMS terms. */
void multiply_single_row(const float *x, uint32_t terms, const column_block *block, const float *weights);

#endif
