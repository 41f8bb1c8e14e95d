/* for chunks of rows that stay in the cache with their results: for 8 columns: tiles of 4 rows. */
#include "rows.h"

#include "tiles.h"

enum { CHUNK_FLOATS = 16384 };

static void multiply_chunk(const row_product *p, uint32_t begin, uint32_t end) {
    product_rows rows = {
        .x = p->x + (size_t)begin * p->terms, .step = p->terms, .rows = end - begin, .terms = p->terms,
    };
    for (uint32_t first = 0; first < p->columns; first += TILE_COLUMNS) {
        column_block block = begin_columns(p->bias, p->residual, p->out, p->columns, first, p->columns, p->activation);
        const float *weights = p->weights + (size_t)first * p->terms;
        if (p->rows == 1) multiply_single_row(p->x, p->terms, &block, weights);
        else multiply_tiles(&rows, &block, weights, begin);
    }
    finish_activation(p->activation, p->out + (size_t)begin * p->columns, (size_t)(end - begin) * p->columns);
}

void multiply_rows(const row_product *p) {
    uint32_t chunk = CHUNK_FLOATS / (p->terms + p->columns) / TILE_ROWS * TILE_ROWS;
    if (chunk == 0) chunk = TILE_ROWS;
    for (uint32_t begin = 0; begin < p->rows; begin += chunk) {
        multiply_chunk(p, begin, p->rows - begin < chunk ? p->rows : begin + chunk);
    }
}
