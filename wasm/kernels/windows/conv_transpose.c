/* conv_transpose: the operands of window.h, where strides are those of the transposed convolution, and top and left say
   how much of its result is cut off; no pooling. Weights as in convolution.h, of the kernel turned by 180 degrees: a
   convolution over x with stride - 1 zeros between its pixels. */
#include "../kernels.h"
#include "convolution.h"

static window_numbers read_transposed(const uint32_t *o) {
    window_numbers n = read_window(o);
    n.spread_y = n.stride_y;
    n.spread_x = n.stride_x;
    n.stride_y = n.stride_x = 1;
    n.top = (int32_t)((n.kernel_height - 1) * n.dilation_y) - n.top;
    n.left = (int32_t)((n.kernel_width - 1) * n.dilation_x) - n.left;
    return n;
}

program_code check_conv_transpose(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    program_code code = check_window(p, o, count);
    if (code) return code;
    window_numbers n = read_transposed(o);
    return n.pool ? PROGRAM_SHAPE : check_convolution(p, o, &n, cost);
}

program_code run_conv_transpose(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    window_numbers n = read_transposed(o);
    run_convolution(p, o, &n);
    return PROGRAM_OK;
}
