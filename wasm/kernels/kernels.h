/* The checks and kernels of all instructions. */
#ifndef WEBPARITY_KERNELS_H
#define WEBPARITY_KERNELS_H

#include "../program/instruction.h"

#define KERNEL(name)                                                                                                  \
    program_code check_##name(const program *p, const uint32_t *operands, uint32_t count, instruction_cost *cost);    \
    program_code run_##name(const program *p, const uint32_t *operands, uint32_t count)

KERNEL(activation);
KERNEL(conv);
KERNEL(conv_transpose);
KERNEL(copy);
KERNEL(dense);
KERNEL(depthwise);
KERNEL(fill);
KERNEL(resize_image);
KERNEL(trees);
KERNEL(distances);
KERNEL(matmul);
KERNEL(normalize);
KERNEL(pool);
KERNEL(resize);
KERNEL(winograd);

#undef KERNEL

/* The elements of a value that may be missing: then NULL. */
static inline const float *get_floats(const program *p, uint32_t id) {
    return id == NO_VALUE ? NULL : (const float *)p->values[id].data;
}

#endif
