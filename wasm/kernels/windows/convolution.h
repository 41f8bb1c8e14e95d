/* Convolutions of any kernel, stride, dilation, padding and number of groups, transposed ones among them.
   weights: [groups * (columns of a group / 8 rounded up), kernel height, kernel width, channels of a group, 8]. */
#ifndef WEBPARITY_CONVOLUTION_H
#define WEBPARITY_CONVOLUTION_H

#include "window.h"

/* The operands must have passed `check_window`. */
program_code check_convolution(const program *p, const uint32_t *operands, const window_numbers *n,
                               instruction_cost *cost);
void run_convolution(const program *p, const uint32_t *operands, const window_numbers *n);

/* Elements of packed weights. */
uint64_t count_packed_weights(const program *p, const uint32_t *operands);

#endif
