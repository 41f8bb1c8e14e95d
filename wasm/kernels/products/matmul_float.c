/* for 8 columns of y, packed: tiles of 4 rows of x. */
#include "matmul.h"
#include "tiles.h"

uint64_t count_matmul_room(const matrix_shapes *s) {
    uint64_t rows = s->x_term == 1 ? 0 : s->rows;
    return s->terms * (TILE_COLUMNS + rows) * sizeof(float);
}

/* alpha * y. */
static void pack_columns(const matrix_shapes *s, const float *y, uint32_t columns, float *to) {
    for (uint32_t term = 0; term < s->terms; term++, y += s->y_term) {
        for (uint32_t i = 0; i < TILE_COLUMNS; i++) *to++ = i < columns ? s->alpha * y[(size_t)i * s->y_column] : 0;
    }
}

/* Rows whose terms lie side by side. */
static void pack_rows(const matrix_shapes *s, const float *x, float *to) {
    for (uint32_t row = 0; row < s->rows; row++, x += s->x_row) {
        for (uint32_t term = 0; term < s->terms; term++) *to++ = x[(size_t)term * s->x_term];
    }
}

void multiply_floats(const matrix_shapes *s, const float *x, const float *y, float *out, float *room) {
    product_rows rows = {.x = x, .step = s->x_row, .rows = s->rows, .terms = s->terms};
    if (s->x_term != 1) {
        float *packed = room + (size_t)s->terms * TILE_COLUMNS;
        pack_rows(s, x, packed);
        rows.x = packed;
        rows.step = s->terms;
    }
    for (uint32_t first = 0; first < s->columns; first += TILE_COLUMNS) {
        column_block block = begin_columns(NULL, NULL, out, s->out_row, first, s->columns,
                                           (activation){ACTIVATION_NONE, 0, 0});
        pack_columns(s, y + (size_t)first * s->y_column, block.columns, room);
        if (s->rows == 1) multiply_single_row(rows.x, s->terms, &block, room);
        else multiply_tiles(&rows, &block, room, 0);
    }
}
