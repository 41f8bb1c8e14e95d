/* The checks and kernels of all instructions. */
#ifndef WEBPARITY_KERNELS_H
#define WEBPARITY_KERNELS_H

#include "../program/instruction.h"

#define KERNEL(name)                                                                                                  \
    program_code check_##name(const program *p, const uint32_t *operands, uint32_t count, instruction_cost *cost);    \
    program_code run_##name(const program *p, const uint32_t *operands, uint32_t count)

KERNEL(unary);
KERNEL(binary);
KERNEL(where);
KERNEL(cast);
KERNEL(copy);
KERNEL(fill);
KERNEL(gather);
KERNEL(gather_elements);
KERNEL(gather_nd);
KERNEL(scatter_elements);
KERNEL(scatter_nd);
KERNEL(one_hot);
KERNEL(reduce);
KERNEL(softmax);

#undef KERNEL

#endif
