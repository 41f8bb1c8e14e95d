/* smallest: out, x, count, length. The indices, INT64, of the `count` smallest of each `length` consecutive elements, from the
   smallest on; the first of equals comes first, NaN behind all numbers. */
#include "../kernels.h"
#include "selection.h"

enum { OUT, X, SMALLEST, LENGTH };

program_code check_smallest(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (count != LENGTH + 1 || o[LENGTH] == 0 || o[SMALLEST] > o[LENGTH]) return PROGRAM_OPERAND;
    if (out->type != TYPE_INT64) return PROGRAM_TYPE;
    uint64_t groups = x->elements / o[LENGTH];
    if (x->elements % o[LENGTH] || groups * o[SMALLEST] != out->elements) return PROGRAM_SHAPE;
    cost->work = (uint64_t)x->elements * 8 + (uint64_t)out->elements * 64;
    cost->scratch_bytes = x->elements ? (uint64_t)o[LENGTH] * sizeof(candidate) : 0;
    return PROGRAM_OK;
}

program_code run_smallest(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    candidate *candidates = (void *)p->scratch;
    int64_t *to = out->data;
    for (uint32_t at = 0; at < x->elements; at += o[LENGTH]) {
        start_selection(x, at, 1, o[LENGTH], true, candidates);
        for (uint32_t n = 0; n < o[SMALLEST]; n++) *to++ = take_best(candidates, o[LENGTH] - n);
    }
    return PROGRAM_OK;
}
