/* The table of instructions: one line each, and nothing else knows them. */
#include "../kernels/kernels.h"

const instruction_kind INSTRUCTIONS[OPCODE_COUNT] = {
    [OP_UNARY] = {1, 1, 0, 1, check_unary, run_unary, 1},
    [OP_BINARY] = {1, 2, 0, 1, check_binary, run_binary, 3},
    [OP_WHERE] = {1, 3, 0, 0, check_where, run_where},
    [OP_CAST] = {1, 1, 0, 0, check_cast, run_cast},
    [OP_COPY] = {1, 1, 0, 3, check_copy, run_copy, 1},
    [OP_FILL] = {1, 0, 0, 2, check_fill, run_fill},
    [OP_GATHER] = {1, 2, 0, 3, check_gather, run_gather},
    [OP_REDUCE] = {1, 1, 0, 4, check_reduce, run_reduce},
    [OP_MATMUL] = {1, 2, 0, 17, check_matmul, run_matmul},
    [OP_DENSE] = {1, 4, 2, 6, check_dense, run_dense},
    [OP_CONV] = {1, 4, 2, 13, check_conv, run_conv},
    [OP_DEPTHWISE] = {1, 4, 2, 13, check_depthwise, run_depthwise},
    [OP_WINOGRAD] = {1, 4, 2, 13, check_winograd, run_winograd},
    [OP_POOL] = {1, 1, 0, 12, check_pool, run_pool},
    [OP_SOFTMAX] = {1, 1, 0, 2, check_softmax, run_softmax, 1},
    [OP_RESIZE] = {1, 5, 0, 0, check_resize, run_resize},
    [OP_GATHER_ELEMENTS] = {1, 2, 0, 1, check_gather_elements, run_gather_elements},
    [OP_GATHER_ND] = {1, 2, 0, 1, check_gather_nd, run_gather_nd},
    [OP_SCATTER_ELEMENTS] = {1, 3, 0, 2, check_scatter_elements, run_scatter_elements, 1},
    [OP_SCATTER_ND] = {1, 3, 0, 1, check_scatter_nd, run_scatter_nd, 1},
    [OP_ONE_HOT] = {1, 2, 0, 3, check_one_hot, run_one_hot},
    [OP_CONV_TRANSPOSE] = {1, 4, 2, 13, check_conv_transpose, run_conv_transpose},
    [OP_NORMALIZE] = {1, 3, 2, 6, check_normalize, run_normalize},
    [OP_ACTIVATION] = {1, 1, 0, 3, check_activation, run_activation, 1},
};
