/* for 4 rows: a tile over all terms. */
#include "tiles.h"

ALWAYS_INLINE void find_rows(const product_rows *r, uint32_t first, const float *rows[TILE_ROWS]) {
    uint32_t last = r->rows - 1 - first;
    /* A tile of fewer rows computes its last one again. */
    UNROLL
    for (uint32_t i = 0; i < TILE_ROWS; i++) {
        uint32_t row = first + (i < last ? i : last);
        rows[i] = r->x + (r->offsets ? r->offsets[row] : row * r->step);
    }
}

ALWAYS_INLINE void write_tile(const product_rows *r, const column_block *block, const tile *sums, uint32_t first,
                              size_t first_result) {
    uint32_t left = r->rows - first;
    if (r->pooled) finish_pooled(block, sums, first_result + first / TILE_ROWS);
    else finish_tile(block, sums, first_result + first, left < TILE_ROWS ? left : TILE_ROWS);
}

/* One block of terms: the sums stay in registers. */
static void multiply_block(const product_rows *r, const term_run *runs, uint32_t run_count, const column_block *block,
                           const float *weights, size_t first_result) {
    for (uint32_t first = 0; first < r->rows; first += TILE_ROWS) {
        const float *rows[TILE_ROWS], *w = weights;
        find_rows(r, first, rows);
        tile sums = make_zero_tile();
        for (uint32_t i = 0; i < run_count; i++) w = add_run(&sums, rows, runs[i].offset, runs[i].length, w);
        add_bias(block, &sums);
        write_tile(r, block, &sums, first, first_result);
    }
}

static void multiply_long(const product_rows *r, const column_block *block, const float *weights,
                          size_t first_result) {
    for (uint32_t first = 0; first < r->rows; first += TILE_ROWS) {
        const float *rows[TILE_ROWS], *w = weights;
        find_rows(r, first, rows);
        tile sums = make_zero_tile();
        add_bias(block, &sums);
        for (const term_run *run = r->runs; run < r->runs + r->run_count; run += run->block) {
            w = add_block(&sums, rows, run, run->block, w);
        }
        if (!r->run_count) add_terms(&sums, rows, r->terms, w);
        uint32_t left = r->rows - first;
        if (r->pooled) finish_pooled(block, &sums, first_result + first / TILE_ROWS);
        else finish_rows(block, sums.of, first_result + first, left < TILE_ROWS ? left : TILE_ROWS);
    }
}

void multiply_tiles(const product_rows *r, const column_block *block, const float *weights, size_t first_result) {
    term_run all = {0, r->terms, 1};
    const term_run *runs = r->run_count ? r->runs : &all;
    uint32_t run_count = r->run_count ? r->run_count : 1;
    bool long_product = r->run_count ? runs->block < run_count : r->terms > BLOCK_TERMS;
    if (long_product) multiply_long(r, block, weights, first_result);
    else multiply_block(r, runs, run_count, block, weights, first_result);
}

void multiply_single_row(const float *x, uint32_t terms, const column_block *block, const float *weights) {
    v128_t sums[2] = {block->bias[0], block->bias[1]};
    add_row_terms(sums, x, terms, weights);
    finish_rows(block, sums, 0, 1);
}
