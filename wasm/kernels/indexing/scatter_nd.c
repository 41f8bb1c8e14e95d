/* scatter_nd: out, x, indices, updates, mode. x, with parts of updates merged in where indices, [.., n], name parts of x by its
   first n axes, in the order of the updates; out may lie where x lies. */
#include "../kernels.h"
#include "scatter.h"
#include "tuples.h"

enum { OUT, X, INDICES, UPDATES, MODE };

program_code check_scatter_nd(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    const tensor *indices = get_value(p, o[INDICES]), *updates = get_value(p, o[UPDATES]);
    if (count != MODE + 1) return PROGRAM_OPERAND;
    bool known = is_index_type(indices->type) && has_scatter_mode(x->type, o[MODE]);
    if (!known || out->type != x->type || updates->type != x->type) return PROGRAM_TYPE;
    if (!have_same_shape(out, x) || !fit_tuples(indices, x, 0)) return PROGRAM_SHAPE;
    tuple_layout layout = read_tuples(indices, x, 0);
    cost->work = (uint64_t)x->elements + (uint64_t)updates->elements * 4 + (uint64_t)layout.tuples * 8;
    return (uint64_t)layout.tuples * layout.part == updates->elements ? PROGRAM_OK : PROGRAM_SHAPE;
}

program_code run_scatter_nd(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    const tensor *indices = get_value(p, o[INDICES]), *updates = get_value(p, o[UPDATES]);
    tuple_layout layout = read_tuples(indices, x, 0);
    copy_tensor(out, x);
    for (uint32_t i = 0; i < layout.tuples; i++) {
        uint32_t place = find_part(indices, x, &layout, i);
        if (place == UINT32_MAX) return PROGRAM_INDEX;
        merge_elements(o[MODE], out, place * layout.part, updates, i * layout.part, layout.part);
    }
    return PROGRAM_OK;
}
