/* The checks and kernels of all instructions. */
#ifndef WEBPARITY_KERNELS_H
#define WEBPARITY_KERNELS_H

#include "../program/instruction.h"

#define KERNEL(name)                                                                                                  \
    program_code check_##name(const program *p, const uint32_t *operands, uint32_t count, instruction_cost *cost);    \
    program_code run_##name(const program *p, const uint32_t *operands, uint32_t count)

KERNEL(activation);
KERNEL(arg);
KERNEL(binary);
KERNEL(cast);
KERNEL(conv);
KERNEL(conv_transpose);
KERNEL(copy);
KERNEL(cumulative_sum);
KERNEL(dense);
KERNEL(depthwise);
KERNEL(fill);
KERNEL(gather);
KERNEL(gather_elements);
KERNEL(gather_nd);
KERNEL(matmul);
KERNEL(normalize);
KERNEL(one_hot);
KERNEL(pool);
KERNEL(reduce);
KERNEL(resize);
KERNEL(scatter_elements);
KERNEL(scatter_nd);
KERNEL(smallest);
KERNEL(softmax);
KERNEL(top_k);
KERNEL(unary);
KERNEL(where);
KERNEL(winograd);

#undef KERNEL

/* The elements of a value that may be missing: then NULL. */
static inline const float *get_floats(const program *p, uint32_t id) {
    return id == NO_VALUE ? NULL : (const float *)p->values[id].data;
}

#endif
