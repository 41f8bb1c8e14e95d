/* for 4 columns of y: for rows of x: 4 sums side by side for each column, in blocks. */
#include "matmul.h"

#include <wasm_simd128.h>

enum { COLUMNS = 4, PAIRS = 2, SUMS = 4, BLOCK = 1024 };
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Terms of one row by 4 columns, which lie side by side or are taken one by one. */
ALWAYS_INLINE void add_block_terms(v128_t totals[PAIRS], const double *x, size_t x_term, const double *y,
                                   size_t y_term, const size_t at[COLUMNS], bool together, uint32_t length) {
    v128_t sums[SUMS][PAIRS];
    for (size_t i = 0; i < SUMS; i++) sums[i][0] = sums[i][1] = wasm_f64x2_const_splat(0);
    for (uint32_t term = 0; term < length; term++, x += x_term, y += y_term) {
        v128_t number = wasm_v128_load64_splat(x);
        v128_t *sum = sums[term % SUMS];
        v128_t low = together ? wasm_v128_load(y) : wasm_f64x2_make(y[at[0]], y[at[1]]);
        v128_t high = together ? wasm_v128_load(y + 2) : wasm_f64x2_make(y[at[2]], y[at[3]]);
        sum[0] = wasm_f64x2_add(sum[0], wasm_f64x2_mul(number, low));
        sum[1] = wasm_f64x2_add(sum[1], wasm_f64x2_mul(number, high));
    }
    for (size_t i = 0; i < PAIRS; i++) {
        v128_t sum = wasm_f64x2_add(wasm_f64x2_add(sums[0][i], sums[1][i]), wasm_f64x2_add(sums[2][i], sums[3][i]));
        totals[i] = wasm_f64x2_add(totals[i], sum);
    }
}

static void multiply_row(const matrix_shapes *s, const double *x, const double *y, double *out, uint32_t columns) {
    size_t at[COLUMNS];
    /* A column that is not there is the last one again. */
    for (uint32_t i = 0; i < COLUMNS; i++) at[i] = (size_t)(i < columns ? i : columns - 1) * s->y_column;
    v128_t totals[PAIRS] = {wasm_f64x2_const_splat(0), wasm_f64x2_const_splat(0)};
    bool together = s->y_column == 1 && columns == COLUMNS;
    for (uint32_t term = 0; term < s->terms; term += BLOCK) {
        uint32_t length = s->terms - term < BLOCK ? s->terms - term : BLOCK;
        const double *from = x + (size_t)term * s->x_term, *with = y + (size_t)term * s->y_term;
        if (together) add_block_terms(totals, from, s->x_term, with, s->y_term, at, true, length);
        else add_block_terms(totals, from, s->x_term, with, s->y_term, at, false, length);
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
