/* The weights of the triangle, of the cubic with a = -1/2 and of Lanczos' filter with three lobes, in float64. */
#include "filter_axis.h"

#include "../math/scalar.h"

static double sinc(double x) {
    const double pi = 3.141592653589793;
    return x == 0 ? 1 : sin64(pi * x) / (pi * x);
}

static double weigh(uint32_t support, double x) {
    if (x < 0) x = -x;
    if (x >= support) return 0;
    if (support == 1) return 1 - x;
    if (support == 3) return sinc(x) * sinc(x / 3);
    return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * -0.5;
}

bool build_filter_axis(const resize_task *t, uint32_t in, const resize_axis *window, filter_axis *a) {
    double scale = (double)in / window->full, wide = scale > 1 && !(t->flags & NARROW) ? scale : 1;
    double reach = t->support * wide;
    a->length = window->length;
    a->band = 2 * (uint32_t)reach + 3;
    size_t numbers = (size_t)a->length * a->band;
    a->first = allocate(a->length * sizeof(uint32_t));
    a->count = allocate(a->length * sizeof(uint32_t));
    a->weights = allocate(numbers * sizeof(double));
    a->fixed = allocate(numbers * sizeof(int32_t));
    if (!a->first || !a->count || !a->weights || !a->fixed) return false;
    for (uint32_t i = 0; i < a->length; i++) {
        double center = (window->start + i + 0.5) * scale, total = 0;
        if (t->flags & TABLE) center = __builtin_rint((center + 0.5) * 1024) / 1024 - 0.5;
        int32_t first = (int32_t)(center - reach + 0.5), end = (int32_t)(center + reach + 0.5);
        if (first < 0) first = 0;
        if (end > (int32_t)in) end = (int32_t)in;
        double *weights = a->weights + (size_t)i * a->band;
        int32_t *fixed = a->fixed + (size_t)i * a->band;
        a->first[i] = (uint32_t)first;
        uint32_t count = a->count[i] = (uint32_t)(end - first);
        for (uint32_t k = 0; k < count; k++) total += weights[k] = weigh(t->support, (k + first - center + 0.5) * (1 / wide));
        for (uint32_t k = 0; k < count; k++) {
            weights[k] /= total;
            double unit = weights[k] * (1 << FILTER_BITS);
            fixed[k] = (int32_t)(unit < 0 ? unit - 0.5 : unit + 0.5);
        }
    }
    return true;
}
