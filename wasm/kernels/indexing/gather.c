/* gather: out, x, indices, outer, length, inner. Of x, [outer, length, inner], the parts that INT64 or INT32 indices name
   along the middle: out is [outer, indices, inner]. Negative indices count from the end. */
#include "../kernels.h"
#include "indices.h"

enum { OUT, X, INDICES, OUTER, LENGTH, INNER };

program_code check_gather(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]), *indices = get_value(p, o[INDICES]);
    if (count != INNER + 1) return PROGRAM_OPERAND;
    if (out->type != x->type || !is_index_type(indices->type)) return PROGRAM_TYPE;
    cost->work = (uint64_t)out->elements + (uint64_t)o[OUTER] * indices->elements;
    bool fits = multiply_counts(o[OUTER], o[LENGTH], o[INNER]) == x->elements &&
                multiply_counts(o[OUTER], indices->elements, o[INNER]) == out->elements;
    return fits ? PROGRAM_OK : PROGRAM_SHAPE;
}

program_code run_gather(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]), *indices = get_value(p, o[INDICES]);
    if (out->elements == 0) return PROGRAM_OK;
    size_t part = o[INNER] * get_element_size(x->type);
    uint8_t *to = out->data;
    for (uint32_t outer = 0; outer < o[OUTER]; outer++) {
        const uint8_t *from = (const uint8_t *)x->data + outer * o[LENGTH] * part;
        for (uint32_t i = 0; i < indices->elements; i++) {
            uint32_t index = read_index(indices, i, o[LENGTH]);
            if (index == UINT32_MAX) return PROGRAM_INDEX;
            move_bytes(to, from + index * part, part);
            to += part;
        }
    }
    return PROGRAM_OK;
}
