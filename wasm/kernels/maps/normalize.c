/* normalize: out, x, scale or none, bias or none, a, b, c, d, epsilon, kind. float32; x as [a, b, c, d], for each of a and c
   over b and d: kind 0, (x - mean) / sqrt(variance + epsilon); kind 1, x / sqrt(mean of squares + epsilon); then times
   scale [c, d], plus bias [c, d]. Sums are of float64. */
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
    cost->scratch_bytes = (2 * sizeof(double) + sizeof(float)) * (weights + LANES);
    return cost->scratch_bytes <= MAX_SCRATCH ? PROGRAM_OK : PROGRAM_SHAPE;
}

/* Adds rows of `count` numbers to as many sums: the numbers, or the squares of what they differ by from their means. */
static void add_rows(const float *x, uint32_t rows, size_t count, const double *means, double *sums) {
    for (size_t i = 0; i < count; i++) sums[i] = 0;
    for (; rows; rows--, x += count) {
        size_t i = 0;
        for (; i + 2 <= count; i += 2) {
            v128_t pair = wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(x + i));
            if (means) {
                pair = wasm_f64x2_sub(pair, wasm_v128_load(means + i));
                pair = wasm_f64x2_mul(pair, pair);
            }
            wasm_v128_store(sums + i, wasm_f64x2_add(wasm_v128_load(sums + i), pair));
        }
        if (i == count) continue;
        double number = means ? (double)x[i] - means[i] : x[i];
        sums[i] += means ? number * number : number;
    }
}

/* Makes each sum the mean of its group's numbers; four sums side by side. */
static void average_groups(double *sums, uint32_t groups, uint32_t length, double numbers) {
    for (uint32_t g = 0; g < groups; g++, sums += length) {
        v128_t low = wasm_f64x2_const_splat(0), high = low;
        double rest = 0;
        uint32_t i = 0;
        for (; i + LANES <= length; i += LANES) {
            low = wasm_f64x2_add(low, wasm_v128_load(sums + i));
            high = wasm_f64x2_add(high, wasm_v128_load(sums + i + 2));
        }
        for (; i < length; i++) rest += sums[i];
        low = wasm_f64x2_add(low, high);
        double mean = (wasm_f64x2_extract_lane(low, 0) + wasm_f64x2_extract_lane(low, 1) + rest) / numbers;
        for (i = 0; i < length; i++) sums[i] = mean;
    }
}

/* What each number of a row is multiplied with. */
static void find_factors(const double *variances, uint32_t groups, uint32_t length, double epsilon, float *factors) {
    for (uint32_t g = 0; g < groups; g++, variances += length) {
        float factor = (float)(1 / __builtin_sqrt(*variances + epsilon));
        for (uint32_t i = 0; i < length; i++) *factors++ = factor;
    }
}

static v128_t narrow_four(const double *means, size_t count) {
    v128_t low = wasm_f32x4_demote_f64x2_zero(wasm_v128_load(means));
    if (count <= 2) return low;
    return wasm_i64x2_shuffle(low, wasm_f32x4_demote_f64x2_zero(wasm_v128_load(means + 2)), 0, 2);
}

static void scale_row(const float *x, float *out, size_t count, const double *means, const float *factors,
                      const float *scale, const float *bias) {
    for (size_t i = 0; i < count; i += LANES) {
        size_t rest = count - i;
        v128_t v = wasm_f32x4_sub(load_lanes(x + i, rest), narrow_four(means + i, rest));
        v = wasm_f32x4_mul(v, load_lanes(factors + i, rest));
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
    size_t row = (size_t)groups * length, room = row + LANES;
    double numbers = (double)rows * length;
    double *means = (void *)p->scratch, *variances = means + room;
    float *factors = (void *)(variances + room);
    for (uint32_t a = 0; a < o[SIZES]; a++) {
        add_rows(x, rows, row, NULL, means);
        if (o[KIND] == ABOUT_ZERO) clear_floats((float *)means, 2 * row);
        average_groups(means, groups, length, numbers);
        add_rows(x, rows, row, means, variances);
        average_groups(variances, groups, length, numbers);
        find_factors(variances, groups, length, (double)get_float(o[EPSILON]), factors);
        for (uint32_t i = 0; i < rows; i++, x += row, out += row) {
            scale_row(x, out, row, means, factors, scale, bias);
        }
    }
    return PROGRAM_OK;
}
