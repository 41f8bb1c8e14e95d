/* distances: out, x, points, kind.
   Out DOUBLE [P]: how far each point is from x [D]; points [P, D]; x and points FLOAT or DOUBLE, each its own. Kind 0: squared
   Euclidean, 1: Manhattan. All in float64; 4 partial sums a point, in registers: of the elements by their number modulo 4,
   those behind the last four in the first. */
#include <wasm_simd128.h>

#include "../kernels.h"

enum { OUT, X, POINTS, KIND, COUNT };

static bool is_real(const tensor *x) { return x->type == TYPE_FLOAT || x->type == TYPE_DOUBLE; }

program_code check_distances(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]), *points = get_value(p, o[POINTS]);
    if (count != COUNT) return PROGRAM_OPERAND;
    if (out->type != TYPE_DOUBLE || !is_real(x) || !is_real(points)) return PROGRAM_TYPE;
    cost->work = multiply_sizes(out->elements, x->elements);
    if (o[KIND] >= DISTANCE_COUNT || cost->work != points->elements) return PROGRAM_SHAPE;
    cost->scratch_bytes = multiply_sizes(x->elements, sizeof(double));
    return PROGRAM_OK;
}

static inline v128_t measure_lanes(v128_t x, v128_t point, uint32_t kind) {
    v128_t difference = wasm_f64x2_sub(x, point);
    return kind == DISTANCE_SQUARED ? wasm_f64x2_mul(difference, difference) : wasm_f64x2_abs(difference);
}

static inline double measure(double x, double point, uint32_t kind) {
    double difference = x - point;
    return kind == DISTANCE_SQUARED ? difference * difference : __builtin_fabs(difference);
}

/* One point: called with constants for `kind` and `narrow`, so that the loop has no branches. */
static inline double measure_point(const double *x, const void *point, uint32_t length, uint32_t kind, bool narrow) {
    const float *floats = point;
    const double *doubles = point;
    v128_t first = wasm_f64x2_const_splat(0), second = first;
    uint32_t i = 0;
    for (; i + 4 <= length; i += 4) {
        v128_t low, high;
        if (narrow) {
            v128_t four = wasm_v128_load(floats + i);
            low = wasm_f64x2_promote_low_f32x4(four);
            high = wasm_f64x2_promote_low_f32x4(wasm_i64x2_shuffle(four, four, 1, 0));
        } else {
            low = wasm_v128_load(doubles + i);
            high = wasm_v128_load(doubles + i + 2);
        }
        first = wasm_f64x2_add(first, measure_lanes(wasm_v128_load(x + i), low, kind));
        second = wasm_f64x2_add(second, measure_lanes(wasm_v128_load(x + i + 2), high, kind));
    }
    double sum = wasm_f64x2_extract_lane(first, 0);
    for (; i < length; i++) sum += measure(x[i], narrow ? (double)floats[i] : doubles[i], kind);
    double even = sum + wasm_f64x2_extract_lane(second, 0);
    double odd = wasm_f64x2_extract_lane(first, 1) + wasm_f64x2_extract_lane(second, 1);
    return even + odd;
}

static inline void measure_points(const double *x, uint32_t length, const tensor *points, uint32_t kind, tensor out) {
    double *to = out.data;
    const uint8_t *point = points->data;
    size_t step = (size_t)length * get_element_size(points->type);
    if (points->type == TYPE_FLOAT) {
        for (uint32_t i = 0; i < out.elements; i++) to[i] = measure_point(x, point + i * step, length, kind, true);
    } else {
        for (uint32_t i = 0; i < out.elements; i++) to[i] = measure_point(x, point + i * step, length, kind, false);
    }
}

program_code run_distances(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *x = get_value(p, o[X]), *points = get_value(p, o[POINTS]), *out = get_value(p, o[OUT]);
    const double *wide = x->data;
    if (x->type == TYPE_FLOAT) {
        double *widened = (void *)p->scratch;
        const float *narrow = x->data;
        for (uint32_t i = 0; i < x->elements; i++) widened[i] = (double)narrow[i];
        wide = widened;
    }
    if (o[KIND] == DISTANCE_SQUARED) measure_points(wide, x->elements, points, DISTANCE_SQUARED, *out);
    else measure_points(wide, x->elements, points, DISTANCE_MANHATTAN, *out);
    return PROGRAM_OK;
}
