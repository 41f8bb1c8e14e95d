/* The table of instructions: one line each, and nothing else knows them. */
#include "../kernels/kernels.h"

const instruction_kind INSTRUCTIONS[OPCODE_COUNT] = {
    [OP_COPY] = {1, 1, 0, 3, check_copy, run_copy, 1},
    [OP_FILL] = {1, 0, 0, 2, check_fill, run_fill},
};
