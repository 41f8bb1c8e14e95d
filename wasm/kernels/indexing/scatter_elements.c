/* scatter_elements: out, x, indices, updates, axis, mode. x, with each element of updates merged in at its own place, but along
   an axis at the index of this place, in the order of the updates; out may lie where x lies. */
#include "../kernels.h"
#include "places.h"
#include "scatter.h"

enum { OUT, X, INDICES, UPDATES, AXIS, MODE };

program_code check_scatter_elements(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    const tensor *indices = get_value(p, o[INDICES]), *updates = get_value(p, o[UPDATES]);
    if (count != MODE + 1 || o[AXIS] >= x->rank) return PROGRAM_OPERAND;
    bool known = is_index_type(indices->type) && has_scatter_mode(x->type, o[MODE]);
    if (!known || out->type != x->type || updates->type != x->type) return PROGRAM_TYPE;
    cost->work = (uint64_t)x->elements + (uint64_t)updates->elements * 8;
    bool fits = have_same_shape(out, x) && have_same_shape(updates, indices) && fit_places(indices, x, o[AXIS]);
    return fits ? PROGRAM_OK : PROGRAM_SHAPE;
}

program_code run_scatter_elements(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    const tensor *indices = get_value(p, o[INDICES]), *updates = get_value(p, o[UPDATES]);
    copy_tensor(out, x);
    for (uint32_t i = 0; i < updates->elements; i++) {
        uint32_t place = find_place(indices, x, o[AXIS], i);
        if (place == UINT32_MAX) return PROGRAM_INDEX;
        merge_elements(o[MODE], out, place, updates, i, 1);
    }
    return PROGRAM_OK;
}
