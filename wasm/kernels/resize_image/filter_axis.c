/* The weights of input pixels along an axis, in float64. */
#include "filter_axis.h"

#include "../math/scalar.h"

static double sinc(double x) {
    const double pi = 3.141592653589793;
    return x == 0 ? 1 : sin64(pi * x) / (pi * x);
}

/* Keys' cubic with a = -1/2, OpenCV's with -3/4; Lanczos' filters with 3 and 4 lobes. */
static double weigh(axis_kind kind, double x) {
    if (x < 0) x = -x;
    if (kind == TRIANGLE_AXIS) return x < 1 ? 1 - x : 0;
    if (kind & 1) {
        double lobes = kind == LANCZOS_AXIS ? 3 : 4;
        return x < lobes ? sinc(x) * sinc(x / lobes) : 0;
    }
    double a = kind == CUBIC_AXIS ? -0.5 : -0.75;
    if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/* Where the nearest pixel of output i lies. */
static double find_nearest(axis_kind kind, uint32_t in, uint32_t full, uint32_t i) {
    if (kind == FLOAT64_AXIS) return i * (1 / ((double)full / in));
    if (kind == FLOAT32_AXIS) return ((float)i + 0.5f) * ((float)in / (float)full);
    if (kind == NEAREST_AXIS) return (2 * i + 1) * in / (2 * full);
    double step = (double)in / full, place = step * 0.5;
    while (i--) place += step;
    return place;
}

bool build_filter_axis(const resize_task *t, uint32_t in, const resize_axis *window, filter_axis *a) {
    axis_kind kind = t->axis;
    bool repeats = kind == OPENCV_CUBIC_AXIS || kind == OPENCV_LANCZOS_AXIS;
    double scale = (double)in / window->full, wide = scale > 1 && !(t->flags & NARROW) && !repeats ? scale : 1;
    double reach = (kind == OPENCV_CUBIC_AXIS ? 2 : kind > OPENCV_CUBIC_AXIS ? 4 : kind) * wide;
    a->length = window->length;
    a->band = 2 * (uint32_t)reach + 3;
    size_t numbers = (size_t)a->length * a->band;
    a->first = allocate(a->length * sizeof(uint32_t));
    a->count = allocate(a->length * sizeof(uint32_t));
    a->weights = allocate(numbers * sizeof(double));
    a->fixed = allocate(numbers * sizeof(int32_t));
    if (!a->first || !a->count || !a->weights || !a->fixed) return false;
    for (uint32_t i = 0; i < a->length; i++) {
        uint32_t at = window->start + i;
        double center = (2 * at + 1) * (double)in / (2 * window->full), total = 0;
        if (t->flags & TABLE) center = __builtin_rint((center + 0.5) * 1024) / 1024 - 0.5;
        if (repeats) center = (float)(center - 0.5) + 0.5;
        int32_t first = (int32_t)__builtin_floor(center - reach + 0.5), end = (int32_t)(center + reach + 0.5);
        /* Times 1 / full: from where to where output `at` covers. */
        uint32_t from = at * in, to = from + in, full = window->full;
        if (kind == AREA_AXIS) {
            first = (int32_t)(from / full);
            end = (int32_t)((to + full - 1) / full);
        } else if (kind > AREA_AXIS) {
            first = (int32_t)find_nearest(kind, in, window->full, at);
            if (first >= (int32_t)in) first = (int32_t)in - 1;
            end = first + 1;
        }
        if (!repeats && first < 0) first = 0;
        if (!repeats && end > (int32_t)in) end = (int32_t)in;
        double *weights = a->weights + (size_t)i * a->band;
        int32_t *fixed = a->fixed + (size_t)i * a->band;
        int32_t count = end - first;
        for (int32_t k = 0; k < count; k++) {
            uint32_t begin = (uint32_t)(first + k) * full, cut = begin > from ? begin : from;
            weights[k] = 1;
            if (kind < AREA_AXIS) weights[k] = weigh(kind, (first + k - center + 0.5) * (1 / wide));
            if (kind == AREA_AXIS) weights[k] = (begin + full < to ? begin + full : to) - cut;
            else total += weights[k];
        }
        for (int32_t k = 0; k < count; k++) {
            if (kind != AREA_AXIS) weights[k] /= total;
            /* OpenCV's Lanczos weights have 11 bits. */
            if (kind == OPENCV_LANCZOS_AXIS) weights[k] = __builtin_floor(weights[k] * 2048 + 0.5) / 2048;
            double unit = weights[k] * (1 << FILTER_BITS);
            fixed[k] = (int32_t)(unit < 0 ? unit - 0.5 : unit + 0.5);
        }
        /* The pixel at a border gets the weights of those beyond it. */
        for (; first < 0; first++, count--) {
            weights[1] += weights[0];
            memmove(weights, weights + 1, ((size_t)count - 1) * sizeof *weights);
        }
        for (; first + count > (int32_t)in; count--) weights[count - 2] += weights[count - 1];
        a->first[i] = (uint32_t)first;
        a->count[i] = (uint32_t)count;
    }
    return true;
}
