/* What follows a convolution or a dense layer. */
#ifndef WEBPARITY_ACTIVATION_H
#define WEBPARITY_ACTIVATION_H

#include "../../program/instruction.h"
#include "../lanes.h"

typedef struct {
    activation_kind kind;
    float low, high;
} activation;

/* Reads three words: kind, low, high. */
static inline activation read_activation(const uint32_t *words) {
    return (activation){(activation_kind)words[0], get_float(words[1]), get_float(words[2])};
}

/* Whether it is done on sums in registers; the others run over what has been written, by `activate_elements`. */
static inline bool is_activated_in_registers(activation_kind kind) { return kind <= ACTIVATION_LEAKY; }

/* NONE, CLIP and LEAKY; any other kind leaves the numbers as they are. NaN stays NaN: it is the first operand. */
static inline v128_t activate_in_registers(activation a, v128_t x) {
    if (a.kind == ACTIVATION_CLIP) {
        return wasm_f32x4_pmin(wasm_f32x4_pmax(x, wasm_f32x4_splat(a.low)), wasm_f32x4_splat(a.high));
    }
    if (a.kind == ACTIVATION_LEAKY) {
        v128_t positive = wasm_f32x4_ge(x, wasm_f32x4_const_splat(0));
        return wasm_v128_bitselect(x, wasm_f32x4_mul(x, wasm_f32x4_splat(a.low)), positive);
    }
    return x;
}

/* Any kind; `from` may be `to`. */
void activate_elements(activation a, const float *from, float *to, size_t count);

/* Those kinds that were left for later. */
static inline void finish_activation(activation a, float *elements, size_t count) {
    if (!is_activated_in_registers(a.kind)) activate_elements(a, elements, elements, count);
}

#endif
