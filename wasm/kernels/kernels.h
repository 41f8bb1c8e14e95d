/* The checks and kernels of all instructions. */
#ifndef WEBPARITY_KERNELS_H
#define WEBPARITY_KERNELS_H

#include "../program/instruction.h"

#define KERNEL(name)                                                                                                  \
    program_code check_##name(const program *p, const uint32_t *operands, uint32_t count, instruction_cost *cost);    \
    program_code run_##name(const program *p, const uint32_t *operands, uint32_t count)

KERNEL(copy);
KERNEL(fill);
KERNEL(resize_image);
KERNEL(trees);

#undef KERNEL

#endif
