/* for 8 columns of y, packed: for 4 rows of x: a tile. */
#include "matmul.h"
#include "tile.h"

uint64_t count_matmul_room(const matrix_shapes *s) {
    return (uint64_t)s->terms * (TILE_COLUMNS + (s->x_term == 1 ? 0 : TILE_ROWS)) * sizeof(float);
}

static void pack_columns(const matrix_shapes *s, const float *y, uint32_t columns, float *to) {
    for (uint32_t term = 0; term < s->terms; term++, y += s->y_term, to += TILE_COLUMNS) {
        if (s->y_column == 1 && columns == TILE_COLUMNS) {
            copy_floats(to, y, TILE_COLUMNS);
            continue;
        }
        for (uint32_t i = 0; i < TILE_COLUMNS; i++) to[i] = i < columns ? y[(size_t)i * s->y_column] : 0;
    }
}

/* Where the terms of a row lie side by side. */
static const float *take_row(const matrix_shapes *s, const float *x, float *room) {
    if (s->x_term == 1) return x;
    for (uint32_t term = 0; term < s->terms; term++) room[term] = x[(size_t)term * s->x_term];
    return room;
}

static void write_row(const matrix_shapes *s, const v128_t sums[2], float *out, uint32_t columns) {
    v128_t alpha = wasm_f32x4_splat(s->alpha);
    store_lanes(out, wasm_f32x4_mul(sums[0], alpha), columns);
    if (columns > LANES) store_lanes(out + LANES, wasm_f32x4_mul(sums[1], alpha), columns - LANES);
}

static void multiply_columns(const matrix_shapes *s, const float *x, const float *weights, float *out,
                             uint32_t columns, float *room) {
    for (uint32_t row = 0; row < s->rows; row += TILE_ROWS) {
        uint32_t count = s->rows - row < TILE_ROWS ? s->rows - row : TILE_ROWS;
        const float *rows[TILE_ROWS];
        /* A tile of fewer rows computes its last one again. */
        for (uint32_t i = 0; i < TILE_ROWS; i++) {
            rows[i] = i < count ? take_row(s, x + (size_t)(row + i) * s->x_row, room + (size_t)i * s->terms)
                                : rows[count - 1];
        }
        tile sums = {0};
        if (s->rows == 1) add_row_terms(sums.of, rows[0], s->terms, weights);
        else add_terms(&sums, rows, s->terms, weights);
        for (uint32_t i = 0; i < count; i++) {
            write_row(s, sums.of + 2 * i, out + (size_t)(row + i) * s->out_row, columns);
        }
    }
}

void multiply_floats(const matrix_shapes *s, const float *x, const float *y, float *out, float *room) {
    for (uint32_t first = 0; first < s->columns; first += TILE_COLUMNS) {
        uint32_t columns = s->columns - first < TILE_COLUMNS ? s->columns - first : TILE_COLUMNS;
        pack_columns(s, y + (size_t)first * s->y_column, columns, room);
        multiply_columns(s, x, room, out + first, columns, room + (size_t)s->terms * TILE_COLUMNS);
    }
}
