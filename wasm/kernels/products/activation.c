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
        case ACTIVATION_SIGMOID: return sigmoid4(x);
        case ACTIVATION_TANH: return tanh4(x);
        case ACTIVATION_SILU: return wasm_f32x4_mul(x, sigmoid4(x));
        case ACTIVATION_GELU: return compute_gelu(x);
        case ACTIVATION_HARD_SIGMOID: return compute_hard_sigmoid(a, x);
        case ACTIVATION_HARD_SWISH: return wasm_f32x4_mul(x, compute_hard_sigmoid(a, x));
        case ACTIVATION_ELU: return compute_elu(a, x);
        default: return activate_in_registers(a, x);
    }
}

void activate_elements(activation a, const float *from, float *to, size_t count) {
    for (size_t i = 0; i < count; i += LANES) {
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
