/* for 4 columns of y: for rows of x: 4 sums side by side for each column, in blocks. */
#include "../lanes.h"
#include "matmul.h"

enum { COLUMNS = 4, PAIRS = 2, SUMS = 4, BLOCK = 1024 };

typedef struct {
    v128_t of[SUMS][PAIRS];
} column_sums;

/* One term by 4 columns, which lie where `at` says. */
ALWAYS_INLINE void add_columns(v128_t sum[PAIRS], const double *x, const double *y, const size_t at[COLUMNS]) {
    v128_t number = wasm_v128_load64_splat(x);
    UNROLL
    for (size_t i = 0; i < PAIRS; i++) {
        v128_t pair = wasm_f64x2_make(y[at[2 * i]], y[at[2 * i + 1]]);
        sum[i] = wasm_f64x2_add(sum[i], wasm_f64x2_mul(number, pair));
    }
}

static void add_terms_of_block(v128_t totals[PAIRS], const double *x, size_t x_term, const double *y, size_t y_term,
                               const size_t at[COLUMNS], uint32_t length) {
    column_sums sums = {0};
    for (; length >= SUMS; length -= SUMS) {
        UNROLL
        for (size_t i = 0; i < SUMS; i++, x += x_term, y += y_term) add_columns(sums.of[i], x, y, at);
    }
    for (; length; length--, x += x_term, y += y_term) add_columns(sums.of[0], x, y, at);
    UNROLL
    for (size_t i = 0; i < PAIRS; i++) {
        v128_t sum = wasm_f64x2_add(wasm_f64x2_add(sums.of[0][i], sums.of[1][i]),
                                    wasm_f64x2_add(sums.of[2][i], sums.of[3][i]));
        totals[i] = wasm_f64x2_add(totals[i], sum);
    }
}

static void multiply_row(const matrix_shapes *s, const double *x, const double *y, double *out, uint32_t columns) {
    size_t at[COLUMNS];
    /* A column that is not there is the last one again. */
    for (uint32_t i = 0; i < COLUMNS; i++) at[i] = (size_t)(i < columns ? i : columns - 1) * s->y_column;
    v128_t totals[PAIRS] = {wasm_f64x2_const_splat(0), wasm_f64x2_const_splat(0)};
    for (uint32_t term = 0; term < s->terms; term += BLOCK) {
        uint32_t length = s->terms - term < BLOCK ? s->terms - term : BLOCK;
        add_terms_of_block(totals, x + (size_t)term * s->x_term, s->x_term, y + (size_t)term * s->y_term, s->y_term, at,
                           length);
    }
    double results[COLUMNS];
    for (size_t i = 0; i < PAIRS; i++) wasm_v128_store(results + 2 * i, totals[i]);
    for (uint32_t i = 0; i < columns; i++) out[i] = results[i] * (double)s->alpha;
}

void multiply_doubles(const matrix_shapes *s, const double *x, const double *y, double *out) {
    for (uint32_t first = 0; first < s->columns; first += COLUMNS) {
        uint32_t columns = s->columns - first < COLUMNS ? s->columns - first : COLUMNS;
        for (uint32_t row = 0; row < s->rows; row++) {
            multiply_row(s, x + (size_t)row * s->x_row, y + (size_t)first * s->y_column,
                         out + (size_t)row * s->out_row + first, columns);
        }
    }
}
