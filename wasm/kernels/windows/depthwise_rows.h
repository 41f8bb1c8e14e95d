/* Depthwise convolutions of 3 x 3 with strides of 1 or 2, and of 5 x 5 with a stride of 1: along a row of the output, four channels at a time. */
#ifndef WEBPARITY_DEPTHWISE_ROWS_H
#define WEBPARITY_DEPTHWISE_ROWS_H

#include "window.h"

typedef struct {
    const float *weights, *bias, *residual; /* bias and residual may be NULL */
    float *out;
    const uint32_t *taps; /* where the pixels of a window lie, in floats from its first one */
    uint32_t tap_count, channels;
    activation activation;
    v128_t low, high; /* limits of NONE (infinities) and CLIP */
} depthwise_layer;

bool is_filtered_by_rows(const window_numbers *n, const depthwise_layer *d);

/* `rows` rows of the output, `width` pixels each, from pixel `first` on; `band` begins with the first window. */
void filter_rows(const depthwise_layer *d, const window_numbers *n, const float *band, size_t row_floats, size_t first,
                 uint32_t rows, uint32_t width);

#endif
