/* conv: the operands and shapes of window.h; the weights of convolution.h. */
#include "../kernels.h"
#include "convolution.h"

program_code check_conv(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    program_code code = check_window(p, o, count);
    window_numbers n = read_window(o);
    return code ? code : check_convolution(p, o, &n, cost);
}

program_code run_conv(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    window_numbers n = read_window(o);
    run_convolution(p, o, &n);
    return PROGRAM_OK;
}
