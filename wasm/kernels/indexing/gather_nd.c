/* gather_nd: out, x, indices, batch. Indices are [.., n]: each n of them name a part of x by its first axes behind those of the
   batch, which x and indices share. */
#include "../kernels.h"
#include "tuples.h"

enum { OUT, X, INDICES, BATCH };

program_code check_gather_nd(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]), *indices = get_value(p, o[INDICES]);
    if (count != BATCH + 1) return PROGRAM_OPERAND;
    if (out->type != x->type || !is_index_type(indices->type)) return PROGRAM_TYPE;
    if (!fit_tuples(indices, x, o[BATCH])) return PROGRAM_SHAPE;
    tuple_layout layout = read_tuples(indices, x, o[BATCH]);
    cost->work = (uint64_t)out->elements + (uint64_t)layout.tuples * 8;
    return (uint64_t)layout.tuples * layout.part == out->elements ? PROGRAM_OK : PROGRAM_SHAPE;
}

program_code run_gather_nd(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]), *indices = get_value(p, o[INDICES]);
    tuple_layout layout = read_tuples(indices, x, o[BATCH]);
    size_t part = layout.part * get_element_size(x->type);
    for (uint32_t i = 0; i < layout.tuples; i++) {
        uint32_t place = find_part(indices, x, &layout, i);
        if (place == UINT32_MAX) return PROGRAM_INDEX;
        move_bytes((uint8_t *)out->data + i * part, (const uint8_t *)x->data + place * part, part);
    }
    return PROGRAM_OK;
}
