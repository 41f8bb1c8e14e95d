/* arg: out, x, minimum, last, outer, length, inner. The index, INT64, of the largest or, where minimum is 1, smallest element
   along the middle of x, [outer, length, inner]: the first of equals, or where last is 1 the last. NaN comes before all. */
#include "../kernels.h"
#include "axis.h"
#include "keys.h"

enum { OUT, X, MINIMUM, LAST, AXIS, COUNT = AXIS + 3 };

program_code check_arg(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (count != COUNT || o[MINIMUM] > 1 || o[LAST] > 1) return PROGRAM_OPERAND;
    if (out->type != TYPE_INT64) return PROGRAM_TYPE;
    axis_layout a = read_axis(o + AXIS);
    cost->work = (uint64_t)x->elements * 4;
    bool fits = fits_axis(a, x) && fits_reduced(a, 1, out) && (a.length > 0 || out->elements == 0);
    return fits ? PROGRAM_OK : PROGRAM_SHAPE;
}

static uint32_t find_best(const tensor *x, uint32_t at, uint32_t step, uint32_t length, bool minimum, bool last) {
    uint64_t best = 0, keys[BLOCK];
    uint32_t found = 0;
    for (uint32_t i = 0; i < length; i += BLOCK) {
        uint32_t size = get_least(length - i, BLOCK);
        write_keys(x, at + i * step, step, size, minimum, UINT64_MAX, keys);
        for (uint32_t n = 0; n < size; n++) {
            if (keys[n] > best || (last && keys[n] == best)) {
                best = keys[n];
                found = i + n;
            }
        }
    }
    return found;
}

program_code run_arg(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    axis_layout a = read_axis(o + AXIS);
    for (uint32_t n = 0; n < out->elements; n++) {
        uint32_t at = n / a.inner * a.length * a.inner + n % a.inner;
        ((int64_t *)out->data)[n] = find_best(x, at, a.inner, a.length, o[MINIMUM], o[LAST]);
    }
    return PROGRAM_OK;
}
