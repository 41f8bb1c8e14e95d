/* The table of instructions: one line each, and nothing else knows them. */
#include "../kernels/kernels.h"

const instruction_kind INSTRUCTIONS[OPCODE_COUNT] = {
    [OP_RESIZE_IMAGE] = {1, 0, 0, 2, check_resize_image, run_resize_image},
    [OP_COPY] = {1, 1, 0, 3, check_copy, run_copy, 1},
    [OP_FILL] = {1, 0, 0, 2, check_fill, run_fill},
    [OP_DISTANCES] = {1, 2, 0, 1, check_distances, run_distances},
    [OP_TREES] = {1, 9, 0, 0, check_trees, run_trees},
    [OP_ACTIVATION] = {1, 1, 0, 3, check_activation, run_activation, 1},
    [OP_DENSE] = {1, 4, 2, 6, check_dense, run_dense},
    [OP_MATMUL] = {1, 2, 0, 17, check_matmul, run_matmul},
    [OP_CONV] = {1, 4, 2, 13, check_conv, run_conv},
    [OP_CONV_TRANSPOSE] = {1, 4, 2, 13, check_conv_transpose, run_conv_transpose},
    [OP_WINOGRAD] = {1, 4, 2, 13, check_winograd, run_winograd},
    [OP_DEPTHWISE] = {1, 4, 2, 13, check_depthwise, run_depthwise},
    [OP_POOL] = {1, 1, 0, 12, check_pool, run_pool},
    [OP_NORMALIZE] = {1, 3, 2, 6, check_normalize, run_normalize},
    [OP_RESIZE] = {1, 5, 0, 0, check_resize, run_resize},
};
