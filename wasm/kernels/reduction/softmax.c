/* softmax: out, x, length, log. Each `length` consecutive elements e^x over their sum, or where log is 1 its logarithm; FLOAT or
   DOUBLE; out may lie where x lies. Sums of FLOAT are formed in float64, in two parts. */
#include "../kernels.h"
#include "../math/scalar.h"
#include "../math/vector.h"

enum { OUT, X, LENGTH, LOG };

program_code check_softmax(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (count != LOG + 1 || o[LOG] > 1) return PROGRAM_OPERAND;
    if (x->type != out->type || (x->type != TYPE_FLOAT && x->type != TYPE_DOUBLE)) return PROGRAM_TYPE;
    cost->work = (uint64_t)x->elements * 32;
    bool fits = o[LENGTH] ? x->elements % o[LENGTH] == 0 : x->elements == 0;
    return fits && x->elements == out->elements ? PROGRAM_OK : PROGRAM_SHAPE;
}

/* Four elements, or what is left, with what changes nothing in the place of the others. */
static __attribute__((noinline)) v128_t load_part(const float *x, uint32_t count) {
    if (count >= 4) return wasm_v128_load(x);
    float four[4] = {-__builtin_inff(), -__builtin_inff(), -__builtin_inff(), -__builtin_inff()};
    memmove(four, x, count * sizeof(float));
    return wasm_v128_load(four);
}

static __attribute__((noinline)) void store_part(float *out, v128_t four, uint32_t count) {
    if (count >= 4) {
        wasm_v128_store(out, four);
        return;
    }
    float part[4];
    wasm_v128_store(part, four);
    memmove(out, part, count * sizeof(float));
}

static v128_t promote_sum(v128_t four) {
    return wasm_f64x2_add(wasm_f64x2_promote_low_f32x4(four),
                          wasm_f64x2_promote_low_f32x4(wasm_i32x4_shuffle(four, four, 2, 3, 2, 3)));
}

static void run_floats(float *out, const float *x, uint32_t length, bool log) {
    v128_t most = load_part(x, length), sums = wasm_f64x2_const_splat(0);
    for (uint32_t i = 4; i < length; i += 4) most = wasm_f32x4_max(most, load_part(x + i, length - i));
    most = wasm_f32x4_max(most, wasm_i32x4_shuffle(most, most, 2, 3, 0, 1));
    most = wasm_f32x4_max(most, wasm_i32x4_shuffle(most, most, 1, 0, 3, 2));
    for (uint32_t i = 0; i < length; i += 4) {
        v128_t less = wasm_f32x4_sub(load_part(x + i, length - i), most), power = exp4(less);
        sums = wasm_f64x2_add(sums, promote_sum(power));
        store_part(out + i, log ? less : power, length - i);
    }
    double sum = wasm_f64x2_extract_lane(sums, 0) + wasm_f64x2_extract_lane(sums, 1);
    v128_t by = wasm_f32x4_splat((float)(log ? log64(sum) : sum));
    for (uint32_t i = 0; i < length; i += 4) {
        v128_t part = load_part(out + i, length - i);
        store_part(out + i, log ? wasm_f32x4_sub(part, by) : wasm_f32x4_div(part, by), length - i);
    }
}

static void run_doubles(double *out, const double *x, uint32_t length, bool log) {
    double most = x[0], sums[4] = {0};
    for (uint32_t i = 1; i < length; i++) most = x[i] > most || x[i] != x[i] ? x[i] : most;
    for (uint32_t i = 0; i < length; i++) {
        double less = x[i] - most, power = exp64(less);
        sums[i % 4] += power;
        out[i] = log ? less : power;
    }
    double sum = (sums[0] + sums[2]) + (sums[1] + sums[3]), by = log ? log64(sum) : sum;
    for (uint32_t i = 0; i < length; i++) out[i] = log ? out[i] - by : out[i] / by;
}

program_code run_softmax(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    for (uint32_t at = 0; at < x->elements; at += o[LENGTH]) {
        if (x->type == TYPE_FLOAT) run_floats((float *)out->data + at, (const float *)x->data + at, o[LENGTH], o[LOG]);
        else run_doubles((double *)out->data + at, (const double *)x->data + at, o[LENGTH], o[LOG]);
    }
    return PROGRAM_OK;
}
