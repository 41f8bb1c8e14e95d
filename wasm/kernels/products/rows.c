/* for chunks of rows that stay in the cache: for 8 columns: for 4 rows: a tile. */
#include "rows.h"

#include "epilogue.h"

enum { CHUNK_FLOATS = 32768 };

static void multiply_one_row(const row_product *p) {
    for (uint32_t first = 0; first < p->columns; first += TILE_COLUMNS) {
        column_block block = begin_columns(p->bias, p->residual, p->out, p->columns, first, p->columns, p->activation);
        v128_t sums[2] = {block.bias[0], block.bias[1]};
        add_row_terms(sums, p->x, p->terms, p->weights + (size_t)first * p->terms);
        finish_rows(&block, sums, 0, 1);
    }
}

static void multiply_chunk(const row_product *p, uint32_t begin, uint32_t end) {
    for (uint32_t first = 0; first < p->columns; first += TILE_COLUMNS) {
        column_block block = begin_columns(p->bias, p->residual, p->out, p->columns, first, p->columns, p->activation);
        const float *weights = p->weights + (size_t)first * p->terms;
        for (uint32_t row = begin; row < end; row += TILE_ROWS) {
            uint32_t count = end - row < TILE_ROWS ? end - row : TILE_ROWS;
            const float *rows[TILE_ROWS];
            /* A tile of fewer rows computes its last one again. */
            UNROLL
            for (uint32_t i = 0; i < TILE_ROWS; i++) {
                rows[i] = p->x + (size_t)(row + (i < count ? i : count - 1)) * p->terms;
            }
            v128_t sums[TILE_VECTORS];
            begin_tile(&block, sums);
            add_terms(sums, rows, p->terms, weights);
            finish_rows(&block, sums, row, count);
        }
    }
    finish_activation(p->activation, p->out + (size_t)begin * p->columns, (size_t)(end - begin) * p->columns);
}

void multiply_rows(const row_product *p) {
    if (p->rows == 1) {
        multiply_one_row(p);
        finish_activation(p->activation, p->out, p->columns);
        return;
    }
    uint32_t chunk = CHUNK_FLOATS / p->terms / TILE_ROWS * TILE_ROWS;
    if (chunk == 0) chunk = TILE_ROWS;
    for (uint32_t begin = 0; begin < p->rows; begin += chunk) {
        multiply_chunk(p, begin, p->rows - begin < chunk ? p->rows : begin + chunk);
    }
}
