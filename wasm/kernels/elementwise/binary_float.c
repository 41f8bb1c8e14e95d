/* Rows of float32, four elements at a time. */
#include "binary.h"

#include <wasm_simd128.h>

#define OPERATION(name, intrinsic) \
    static v128_t name(v128_t a, v128_t b) { return intrinsic(a, b); }
OPERATION(add4, wasm_f32x4_add)
OPERATION(subtract4, wasm_f32x4_sub)
OPERATION(multiply4, wasm_f32x4_mul)
OPERATION(divide4, wasm_f32x4_div)
OPERATION(take_minimum4, wasm_f32x4_min)
OPERATION(take_maximum4, wasm_f32x4_max)

static v128_t (*const OPERATIONS[BINARY_COUNT])(v128_t, v128_t) = {
    [BINARY_ADD] = add4,          [BINARY_SUBTRACT] = subtract4,     [BINARY_MULTIPLY] = multiply4,
    [BINARY_DIVIDE] = divide4,    [BINARY_MINIMUM] = take_minimum4, [BINARY_MAXIMUM] = take_maximum4,
};

bool has_vectors(uint32_t kind) { return OPERATIONS[kind] != NULL; }

/* Up to three elements at the end of a row. */
static v128_t load_rest(const float *from, uint32_t step, uint32_t count) {
    float four[4] = {0};
    for (uint32_t i = 0; i < count; i++) four[i] = from[i * step];
    return wasm_v128_load(four);
}

void run_float_row(uint32_t kind, float *out, const float *x, uint32_t x_step, const float *y, uint32_t y_step,
                   uint32_t length) {
    v128_t (*operation)(v128_t, v128_t) = OPERATIONS[kind];
    v128_t a = wasm_v128_load32_splat(x), b = wasm_v128_load32_splat(y);
    uint32_t i = 0;
    for (; i + 4 <= length; i += 4) {
        if (x_step) a = wasm_v128_load(x + i);
        if (y_step) b = wasm_v128_load(y + i);
        wasm_v128_store(out + i, operation(a, b));
    }
    uint32_t rest = length - i;
    if (rest == 0) return;
    float four[4];
    wasm_v128_store(four, operation(load_rest(x + i * x_step, x_step, rest), load_rest(y + i * y_step, y_step, rest)));
    for (uint32_t n = 0; n < rest; n++) out[i + n] = four[n];
}
