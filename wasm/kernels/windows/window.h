/* What the four convolutions share: operands, and how they are checked.
   out, x, weights, bias or none, residual or none, kernel height and width, strides, dilations (y before x), top, left,
   groups, activation, low, high, pool.
   out = pool(activation(convolution(x) + bias + residual)); feature maps are float32 [1, height, width, channels]. */
#ifndef WEBPARITY_WINDOW_H
#define WEBPARITY_WINDOW_H

#include "../products/activation.h"

enum {
    WINDOW_OUT, WINDOW_X, WINDOW_WEIGHTS, WINDOW_BIAS, WINDOW_RESIDUAL, WINDOW_NUMBERS,
    WINDOW_ACTIVATION = WINDOW_NUMBERS + 9, WINDOW_COUNT = WINDOW_NUMBERS + 13,
};

typedef struct {
    uint32_t kernel_height, kernel_width, stride_y, stride_x, dilation_y, dilation_x;
    int32_t top, left; /* rows and columns of zeros before x; negative: rows and columns of x that are left out */
    uint32_t groups;
    activation activation;
    uint32_t pool; /* 1: the largest of 2 x 2 results, at steps of 2 */
    /* The distance of x's pixels in the map that the kernel walks over, with zeros between: 1 but for transposed ones. */
    uint32_t spread_y, spread_x;
} window_numbers;

window_numbers read_window(const uint32_t *operands);
/* Types, shapes, ranges of numbers; all but the shape of the weights. */
program_code check_window(const program *p, const uint32_t *operands, uint32_t count);

#endif
