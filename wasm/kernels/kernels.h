/* The checks and kernels of all instructions. */
#ifndef WEBPARITY_KERNELS_H
#define WEBPARITY_KERNELS_H

#include "../program/instruction.h"

#define KERNEL(name)                                                                                                  \
    program_code check_##name(const program *p, const uint32_t *operands, uint32_t count, instruction_cost *cost);    \
    program_code run_##name(const program *p, const uint32_t *operands, uint32_t count)

KERNEL(resize_image);
KERNEL(unary);
KERNEL(binary);
KERNEL(where);
KERNEL(cast);
KERNEL(copy);
KERNEL(fill);
KERNEL(gather);
KERNEL(reduce);
KERNEL(matmul);
KERNEL(dense);
KERNEL(conv);
KERNEL(depthwise);
KERNEL(winograd);
KERNEL(pool);
KERNEL(softmax);
KERNEL(trees);
KERNEL(smallest);
KERNEL(top_k);
KERNEL(resize);
KERNEL(gather_elements);
KERNEL(gather_nd);
KERNEL(scatter_elements);
KERNEL(scatter_nd);
KERNEL(cumulative_sum);
KERNEL(one_hot);
KERNEL(arg);
KERNEL(conv_transpose);
KERNEL(normalize);
KERNEL(distances);
KERNEL(couple_pairs);
KERNEL(activation);

#undef KERNEL

/* The elements of a value that may be missing: then NULL. */
static inline const float *get_floats(const program *p, uint32_t id) {
    return id == NO_VALUE ? NULL : (const float *)p->values[id].data;
}

#endif
