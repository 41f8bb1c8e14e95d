/* normalize: out, x, scale or none, bias or none, a, b, c, d, epsilon, kind. float32; x as [a, b, c, d], for each of a and c
   over b and d: kind 0, (x - mean) / sqrt(variance + epsilon); kind 1, x / sqrt(mean of squares + epsilon); then times
   scale [c, d], plus bias [c, d]. Sums are of float64, four side by side. */
#include "../kernels.h"
#include "../lanes.h"

enum { OUT, X, SCALE, BIAS, SIZES, EPSILON = SIZES + 4, KIND, COUNT };
enum { ABOUT_MEAN, ABOUT_ZERO, KIND_COUNT };
#define MAX_SCRATCH ((uint64_t)1 << 28)

program_code check_normalize(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    if (count != COUNT || o[KIND] >= KIND_COUNT) return PROGRAM_OPERAND;
    for (uint32_t i = 0; i < SIZES; i++) {
        const tensor *value = get_value(p, o[i]);
        if (value && value->type != TYPE_FLOAT) return PROGRAM_TYPE;
    }
    const tensor *out = get_value(p, o[OUT]);
    uint64_t elements = 1;
    for (uint32_t i = 0; i < 4; i++) elements = multiply_sizes(elements, o[SIZES + i]);
    if (elements == 0 || out->elements != elements || get_value(p, o[X])->elements != elements) return PROGRAM_SHAPE;
    uint64_t weights = (uint64_t)o[SIZES + 2] * o[SIZES + 3];
    for (uint32_t i = SCALE; i <= BIAS; i++) {
        const tensor *value = get_value(p, o[i]);
        if (value && value->elements != weights) return PROGRAM_SHAPE;
    }
    cost->work = multiply_sizes(elements, 4);
    cost->scratch_bytes = 2 * sizeof(double) * (uint64_t)o[SIZES + 2];
    return cost->scratch_bytes <= MAX_SCRATCH ? PROGRAM_OK : PROGRAM_SHAPE;
}

/* Sum of the numbers, or of the squares of what they differ by from a mean. */
static __attribute__((noinline)) double sum_up(const float *x, uint32_t count, bool squares, double mean) {
    double sums[LANES] = {0, 0, 0, 0};
    for (uint32_t i = 0; i < count; i++) {
        double number = (double)x[i] - mean;
        sums[i % LANES] += squares ? number * number : number;
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static void scale_row(const float *x, float *out, uint32_t count, float mean, float factor, const float *scale,
                      const float *bias) {
    for (uint32_t i = 0; i < count; i += LANES) {
        uint32_t rest = count - i;
        v128_t v = wasm_f32x4_sub(load_lanes(x + i, rest), wasm_f32x4_splat(mean));
        v = wasm_f32x4_mul(v, wasm_f32x4_splat(factor));
        if (scale) v = wasm_f32x4_mul(v, load_lanes(scale + i, rest));
        if (bias) v = wasm_f32x4_add(v, load_lanes(bias + i, rest));
        store_lanes(out + i, v, rest);
    }
}

program_code run_normalize(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const float *x = get_floats(p, o[X]), *scale = get_floats(p, o[SCALE]), *bias = get_floats(p, o[BIAS]);
    float *out = p->values[o[OUT]].data;
    uint32_t rows = o[SIZES + 1], groups = o[SIZES + 2], length = o[SIZES + 3];
    double numbers = (double)rows * length, epsilon = (double)get_float(o[EPSILON]);
    double *means = (void *)p->scratch, *squares = means + groups;
    size_t step = (size_t)rows * groups * length;
    for (uint32_t a = 0; a < o[SIZES]; a++, x += step, out += step) {
        for (uint32_t g = 0; g < groups; g++) means[g] = squares[g] = 0;
        for (size_t i = 0; o[KIND] == ABOUT_MEAN && i < (size_t)rows * groups; i++) {
            means[i % groups] += sum_up(x + i * length, length, false, 0);
        }
        for (uint32_t g = 0; g < groups; g++) means[g] /= numbers;
        for (size_t i = 0; i < (size_t)rows * groups; i++) {
            squares[i % groups] += sum_up(x + i * length, length, true, means[i % groups]);
        }
        for (size_t i = 0; i < (size_t)rows * groups; i++) {
            size_t g = i % groups, at = i * length;
            double factor = 1 / __builtin_sqrt(squares[g] / numbers + epsilon);
            scale_row(x + at, out + at, length, (float)means[g], (float)factor, scale ? scale + g * length : NULL,
                      bias ? bias + g * length : NULL);
        }
    }
    return PROGRAM_OK;
}
