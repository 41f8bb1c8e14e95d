/* activation: out, x, activation, low, high. float32, of any shape; in place too. */
#include "activation.h"

#include "../kernels.h"
#include "../math/scalar.h"
#include "../math/vector.h"

enum { OUT, X, KIND, COUNT = KIND + 3 };

/* x * low + high within [0, 1]. */
static inline v128_t compute_hard_sigmoid(activation a, v128_t x) {
    v128_t line = wasm_f32x4_add(wasm_f32x4_mul(x, wasm_f32x4_splat(a.low)), wasm_f32x4_splat(a.high));
    return wasm_f32x4_pmin(wasm_f32x4_pmax(line, wasm_f32x4_const_splat(0)), wasm_f32x4_const_splat(1));
}

ALWAYS_INLINE v128_t evaluate_pair(v128_t t, float slope, float constant) {
    return add_product(wasm_f32x4_splat(constant), wasm_f32x4_splat(slope), t);
}

/* 1 + e^-x in float32, within 1 unit in the last place; x below -87 counts as -87, above 87 as 87. */
ALWAYS_INLINE v128_t add_one_to_exp(v128_t x) {
    x = wasm_f32x4_pmin(wasm_f32x4_pmax(x, wasm_f32x4_const_splat(-87)), wasm_f32x4_const_splat(87));
    /* -x = whole * log 2 - t. Added to 3 * 2^22, the whole number stands in the lowest bits. */
    v128_t magic = wasm_f32x4_const_splat(0x1.8p+23f);
    v128_t shifted = wasm_f32x4_sub(magic, wasm_f32x4_mul(x, wasm_f32x4_const_splat(1.44269504f)));
    v128_t whole = wasm_f32x4_sub(shifted, magic);
    /* log 2 in two parts, so that the first product is exact. */
    v128_t t = add_product(x, whole, wasm_f32x4_const_splat(0.693359375f));
    t = wasm_f32x4_sub(t, wasm_f32x4_mul(whole, wasm_f32x4_const_splat(2.12194440e-4f)));
    /* (e^-t - 1 + t) / t^2, in pairs of terms: a short chain. */
    v128_t square = wasm_f32x4_mul(t, t);
    v128_t p = evaluate_pair(t, -1.9875691500e-4f, 1.3981999507e-3f);
    p = add_product(evaluate_pair(t, -8.3334519073e-3f, 4.1665795894e-2f), p, square);
    p = add_product(evaluate_pair(t, -1.6666665459e-1f, 5.0000001201e-1f), p, square);
    v128_t one = wasm_f32x4_const_splat(1);
    v128_t e = wasm_f32x4_add(wasm_f32x4_sub(wasm_f32x4_mul(square, p), t), one);
    return wasm_f32x4_add(one, wasm_i32x4_add(e, wasm_i32x4_shl(shifted, 23)));
}

/* Within 2 units in the last place down to x = -87. */
static inline v128_t compute_sigmoid(v128_t x) {
    return wasm_f32x4_div(wasm_f32x4_const_splat(1), add_one_to_exp(x));
}

/* x * sigmoid(x). */
ALWAYS_INLINE v128_t compute_silu(v128_t x) { return wasm_f32x4_div(x, add_one_to_exp(x)); }

static inline v128_t compute_gelu(v128_t x) {
    v128_t half = wasm_f32x4_const_splat(0.5f), root = wasm_f32x4_const_splat(0.70710678f);
    v128_t erf = erf4(wasm_f32x4_mul(x, root));
    return wasm_f32x4_mul(wasm_f32x4_mul(half, x), wasm_f32x4_add(wasm_f32x4_const_splat(1), erf));
}

static inline v128_t compute_elu(activation a, v128_t x) {
    v128_t zero = wasm_f32x4_const_splat(0), negative = x;
    float lanes[LANES];
    if (wasm_v128_any_true(wasm_f32x4_lt(x, zero))) {
        wasm_v128_store(lanes, x);
        for (size_t i = 0; i < LANES; i++) lanes[i] = lanes[i] < 0 ? a.low * (float)expm1_64(lanes[i]) : lanes[i];
        negative = wasm_v128_load(lanes);
    }
    return negative;
}

static v128_t activate_lanes(activation a, v128_t x) {
    switch (a.kind) {
        case ACTIVATION_SIGMOID: return compute_sigmoid(x);
        case ACTIVATION_TANH: return tanh4(x);
        case ACTIVATION_SILU: return compute_silu(x);
        case ACTIVATION_GELU: return compute_gelu(x);
        case ACTIVATION_HARD_SIGMOID: return compute_hard_sigmoid(a, x);
        case ACTIVATION_HARD_SWISH: return wasm_f32x4_mul(x, compute_hard_sigmoid(a, x));
        case ACTIVATION_ELU: return compute_elu(a, x);
        default: return activate_in_registers(a, x);
    }
}

void activate_elements(activation a, const float *from, float *to, size_t count) {
    size_t i = 0;
    /* The one that networks have after every layer is worth a loop of its own. */
    for (; a.kind == ACTIVATION_SILU && i + LANES <= count; i += LANES) {
        wasm_v128_store(to + i, compute_silu(wasm_v128_load(from + i)));
    }
    for (; i < count; i += LANES) {
        store_lanes(to + i, activate_lanes(a, load_lanes(from + i, count - i)), count - i);
    }
}

program_code check_activation(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (count != COUNT || o[KIND] >= ACTIVATION_COUNT) return PROGRAM_OPERAND;
    if (out->type != TYPE_FLOAT || x->type != TYPE_FLOAT) return PROGRAM_TYPE;
    cost->work = multiply_sizes(out->elements, LANES);
    return out->elements == x->elements ? PROGRAM_OK : PROGRAM_SHAPE;
}

program_code run_activation(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]);
    activate_elements(read_activation(o + KIND), get_value(p, o[X])->data, out->data, out->elements);
    return PROGRAM_OK;
}
