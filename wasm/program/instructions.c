/* The table of instructions: one line each, and nothing else knows them. */
#include "../kernels/kernels.h"

const instruction_kind INSTRUCTIONS[OPCODE_COUNT] = {
    [OP_RESIZE_IMAGE] = {1, 0, 0, 2, check_resize_image, run_resize_image},
    [OP_COPY] = {1, 1, 0, 3, check_copy, run_copy, 1},
    [OP_FILL] = {1, 0, 0, 2, check_fill, run_fill},
    [OP_TREES] = {1, 9, 0, 0, check_trees, run_trees},
};
