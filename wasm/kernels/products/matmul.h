/* Products of matrices with any strides. */
#ifndef WEBPARITY_MATMUL_H
#define WEBPARITY_MATMUL_H

#include "../../program/instruction.h"

/* Strides count elements; the columns of out lie side by side. */
typedef struct {
    uint32_t batches[2], rows, terms, columns;
    uint32_t out_batch[2], out_row;
    uint32_t x_batch[2], x_row, x_term;
    uint32_t y_batch[2], y_term, y_column;
    float alpha;
} matrix_shapes;

/* out = alpha * x y of one pair of matrices; `room` for `count_matmul_room` bytes. */
void multiply_floats(const matrix_shapes *s, const float *x, const float *y, float *out, float *room);
void multiply_doubles(const matrix_shapes *s, const double *x, const double *y, double *out);
uint64_t count_matmul_room(const matrix_shapes *s);

#endif
