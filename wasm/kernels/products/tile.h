/* Sums of products, a tile at a time: 4 rows (pixels, say) by 8 columns (output channels). */
#ifndef WEBPARITY_PRODUCT_TILE_H
#define WEBPARITY_PRODUCT_TILE_H

#include "../lanes.h"

enum { TILE_ROWS = 4, TILE_COLUMNS = 8, TILE_VECTORS = 8 };
/* So many terms enter one sum; sums of longer products are sums of such sums, so that rounding errors stay small. */
enum { BLOCK_TERMS = 256 };

/* of[2 * row + half] has four columns. */
typedef struct {
    v128_t of[TILE_VECTORS];
} tile;

/* Terms that lie side by side in each row. */
typedef struct {
    uint32_t offset; /* of the first one from where the row begins, in floats */
    uint32_t length; /* at most BLOCK_TERMS */
    uint32_t block;  /* of the first run of a block: how many runs the block has; BLOCK_TERMS terms at most */
} term_run;

/* Adds one block: sum of row[offset + i] * weights[8 * i + column]. Returns the weights behind those that it used. */
const float *add_block(tile *sums, const float *const rows[TILE_ROWS], const term_run *runs, uint32_t count,
                       const float *weights);

/* Adds a product of any length, whose terms lie side by side. */
static inline void add_terms(tile *sums, const float *const rows[TILE_ROWS], uint32_t length, const float *weights) {
    for (uint32_t at = 0; at < length; at += BLOCK_TERMS) {
        term_run run = {at, length - at < BLOCK_TERMS ? length - at : BLOCK_TERMS, 1};
        weights = add_block(sums, rows, &run, 1, weights);
    }
}

/* As `add_terms` for one row: four sums side by side for each column, in blocks of 4 * BLOCK_TERMS terms. */
void add_row_terms(v128_t sums[2], const float *row, uint32_t length, const float *weights);

#endif
