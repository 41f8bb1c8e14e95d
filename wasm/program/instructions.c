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
    [OP_SOFTMAX] = {1, 1, 0, 2, check_softmax, run_softmax, 1},
    [OP_GATHER_ELEMENTS] = {1, 2, 0, 1, check_gather_elements, run_gather_elements},
    [OP_GATHER_ND] = {1, 2, 0, 1, check_gather_nd, run_gather_nd},
    [OP_SCATTER_ELEMENTS] = {1, 3, 0, 2, check_scatter_elements, run_scatter_elements, 1},
    [OP_SCATTER_ND] = {1, 3, 0, 1, check_scatter_nd, run_scatter_nd, 1},
    [OP_ONE_HOT] = {1, 2, 0, 3, check_one_hot, run_one_hot},
};
