/* one_hot: out, indices, values, outer, depth, inner. Of values, [2], the second where the middle of out, [outer, depth, inner],
   is at the index of its outer and inner place, else the first; an index outside the depth gives the first everywhere. */
#include "../kernels.h"
#include "indices.h"

enum { OUT, INDICES, VALUES, OUTER, DEPTH, INNER };

program_code check_one_hot(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *indices = get_value(p, o[INDICES]), *values = get_value(p, o[VALUES]);
    if (count != INNER + 1) return PROGRAM_OPERAND;
    if (out->type != values->type || !is_index_type(indices->type)) return PROGRAM_TYPE;
    cost->work = (uint64_t)out->elements * 2;
    bool fits = multiply_counts(o[OUTER], o[DEPTH], o[INNER]) == out->elements && values->elements == 2 &&
                multiply_counts(o[OUTER], o[INNER], 1) == indices->elements;
    return fits ? PROGRAM_OK : PROGRAM_SHAPE;
}

program_code run_one_hot(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *indices = get_value(p, o[INDICES]), *values = get_value(p, o[VALUES]);
    if (out->elements == 0) return PROGRAM_OK;
    size_t width = get_element_size(out->type);
    uint8_t *to = out->data;
    for (uint32_t outer = 0; outer < o[OUTER]; outer++) {
        for (uint32_t d = 0; d < o[DEPTH]; d++) {
            for (uint32_t i = 0; i < o[INNER]; i++, to += width) {
                bool on = read_index(indices, outer * o[INNER] + i, o[DEPTH]) == d;
                move_bytes(to, (const uint8_t *)values->data + on * width, width);
            }
        }
    }
    return PROGRAM_OK;
}
