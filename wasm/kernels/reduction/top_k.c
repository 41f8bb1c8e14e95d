/* top_k: values, indices, x, k, largest, outer, length, inner. The k largest, or where largest is 0 smallest, elements along the
   middle of x, [outer, length, inner], in order, and their indices, INT64. The first of equals comes first; NaN counts as larger
   than all numbers. */
#include "../kernels.h"
#include "axis.h"
#include "selection.h"

enum { VALUES, INDICES, X, K, LARGEST, AXIS, COUNT = AXIS + 3 };

program_code check_top_k(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *values = get_value(p, o[VALUES]), *indices = get_value(p, o[INDICES]), *x = get_value(p, o[X]);
    if (count != COUNT || o[LARGEST] > 1) return PROGRAM_OPERAND;
    if (values->type != x->type || indices->type != TYPE_INT64) return PROGRAM_TYPE;
    axis_layout a = read_axis(o + AXIS);
    bool fits = o[K] <= a.length && fits_axis(a, x) && fits_reduced(a, o[K], values) && fits_reduced(a, o[K], indices);
    if (!fits) return PROGRAM_SHAPE;
    cost->work = (uint64_t)x->elements * 8 + (uint64_t)values->elements * 64;
    cost->scratch_bytes = x->elements ? (uint64_t)a.length * sizeof(candidate) : 0;
    return PROGRAM_OK;
}

program_code run_top_k(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *values = get_value(p, o[VALUES]), *indices = get_value(p, o[INDICES]), *x = get_value(p, o[X]);
    axis_layout a = read_axis(o + AXIS);
    size_t width = get_element_size(x->type);
    candidate *candidates = (void *)p->scratch;
    for (uint32_t group = 0; values->elements && group < a.outer * a.inner; group++) {
        uint32_t outer = group / a.inner, inner = group % a.inner, at = outer * a.length * a.inner + inner;
        start_selection(x, at, a.inner, a.length, !o[LARGEST], candidates);
        for (uint32_t n = 0; n < o[K]; n++) {
            uint32_t index = take_best(candidates, a.length - n), to = (outer * o[K] + n) * a.inner + inner;
            ((int64_t *)indices->data)[to] = index;
            memcpy((uint8_t *)values->data + to * width, (const uint8_t *)x->data + (at + index * a.inner) * width, width);
        }
    }
    return PROGRAM_OK;
}
