/* cumulative_sum: out, x, exclusive, reverse, outer, length, inner. Sums along the middle of x, [outer, length, inner], of the
   elements up to each, without it where exclusive is 1, from the end where reverse is 1; out may lie where x lies. Sums of FLOAT
   are formed in float64, those of integers in int64. */
#include "../elementwise/binary.h"
#include "../elementwise/elements.h"
#include "../kernels.h"
#include "axis.h"

enum { OUT, X, EXCLUSIVE, REVERSE, AXIS, COUNT = AXIS + 3 };

program_code check_cumulative_sum(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (count != COUNT || o[EXCLUSIVE] > 1 || o[REVERSE] > 1) return PROGRAM_OPERAND;
    if (out->type != x->type || x->type == TYPE_BOOL) return PROGRAM_TYPE;
    axis_layout a = read_axis(o + AXIS);
    cost->work = (uint64_t)x->elements * 16;
    return fits_axis(a, x) && x->elements == out->elements ? PROGRAM_OK : PROGRAM_SHAPE;
}

/* Up to BLOCK neighbours, row after row. The sums are those before a row, and after its turn those with it. */
static void add_up(const uint32_t *o, const tensor *out, const tensor *x, uint32_t at, uint32_t lanes) {
    axis_layout a = read_axis(o + AXIS);
    double reals[BLOCK] = {0}, real[BLOCK];
    int64_t integers[BLOCK] = {0}, integer[BLOCK];
    for (uint32_t n = 0; n < a.length; n++) {
        uint32_t row = at + (o[REVERSE] ? a.length - 1 - n : n) * a.inner;
        if (is_real(x->type)) {
            read_reals(x, row, 1, lanes, real);
            if (o[EXCLUSIVE]) write_reals(out, row, lanes, reals);
            compute_reals(BINARY_ADD, reals, real, lanes);
            if (!o[EXCLUSIVE]) write_reals(out, row, lanes, reals);
        } else {
            read_integers(x, row, 1, lanes, integer);
            if (o[EXCLUSIVE]) write_integers(out, row, lanes, integers);
            compute_integers(BINARY_ADD, integers, integer, lanes, false);
            if (!o[EXCLUSIVE]) write_integers(out, row, lanes, integers);
        }
    }
}

program_code run_cumulative_sum(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    axis_layout a = read_axis(o + AXIS);
    if (x->elements == 0) return PROGRAM_OK;
    for (uint32_t outer = 0; outer < a.outer; outer++) {
        for (uint32_t i = 0; i < a.inner; i += BLOCK) {
            add_up(o, out, x, outer * a.length * a.inner + i, get_least(a.inner - i, BLOCK));
        }
    }
    return PROGRAM_OK;
}
