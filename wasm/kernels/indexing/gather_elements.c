/* gather_elements: out, x, indices, axis. Each element of out is that of x at its own place, but along an axis at the index of
   this place; out and indices have one shape, within that of x along the other axes. */
#include "../kernels.h"
#include "indices.h"
#include "places.h"

enum { OUT, X, INDICES, AXIS };

program_code check_gather_elements(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]), *indices = get_value(p, o[INDICES]);
    if (count != AXIS + 1 || o[AXIS] >= x->rank) return PROGRAM_OPERAND;
    if (out->type != x->type || !is_index_type(indices->type)) return PROGRAM_TYPE;
    cost->work = (uint64_t)out->elements * 4;
    return have_same_shape(out, indices) && fit_places(indices, x, o[AXIS]) ? PROGRAM_OK : PROGRAM_SHAPE;
}

program_code run_gather_elements(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]), *indices = get_value(p, o[INDICES]);
    size_t width = get_element_size(x->type);
    for (uint32_t i = 0; i < out->elements; i++) {
        uint32_t place = find_place(indices, x, o[AXIS], i);
        if (place == UINT32_MAX) return PROGRAM_INDEX;
        move_bytes((uint8_t *)out->data + i * width, (const uint8_t *)x->data + place * width, width);
    }
    return PROGRAM_OK;
}
