/* Rows of a matrix times packed weights: dense layers, and convolutions of kernel 1 x 1. */
#ifndef WEBPARITY_PRODUCT_ROWS_H
#define WEBPARITY_PRODUCT_ROWS_H

#include "activation.h"

/* out[row, column] = activation(sum over terms of x[row, term] * weights[column / 8, term, column % 8] + bias[column]
   + residual[row, column]). */
typedef struct {
    const float *x, *weights, *bias, *residual; /* bias and residual may be NULL */
    float *out;
    uint32_t rows, terms, columns;
    activation activation;
} row_product;

void multiply_rows(const row_product *p);

#endif
