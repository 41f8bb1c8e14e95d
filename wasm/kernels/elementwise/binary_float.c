/* Rows of float32, four elements at a time. */
#include "binary.h"
#include "broadcast.h"

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

/* Steps are 0 or 1. */
static void run_row(uint32_t kind, float *out, const float *x, uint32_t x_step, const float *y, uint32_t y_step,
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

/* Room for several short rows; which input they are of. */
enum { ROWS = 96, NONE = 2 };

/* Whether an input repeats one short row while the other goes on. */
static bool repeats_row(const broadcast *walk, uint32_t input) {
    uint32_t last = walk->rank - 1, length = walk->dims[last], other = 1 - input;
    return walk->rank > 1 && length * 2 <= ROWS && walk->steps[input][last] == 1 && walk->steps[input][last - 1] == 0 &&
           walk->steps[other][last] == 1 && walk->steps[other][last - 1] == length;
}

void run_floats(uint32_t kind, const tensor *out, const tensor *const *inputs) {
    broadcast walk = start_broadcast(out, inputs, 2);
    uint32_t repeated = repeats_row(&walk, 0) ? 0 : repeats_row(&walk, 1) ? 1 : NONE, part = walk.dims[walk.rank - 1];
    /* Pixels and a number for each channel: pixels are one long row, and a buffer holds the numbers many times. */
    if (repeated != NONE) walk.dims[--walk.rank - 1] *= part;
    uint32_t last = walk.rank - 1, length = walk.dims[last], span = ROWS / part * part;
    float *to = out->data, rows[ROWS];
    do {
        const float *x = (const float *)inputs[0]->data + walk.at[0], *y = (const float *)inputs[1]->data + walk.at[1];
        if (repeated == NONE) run_row(kind, to, x, walk.steps[0][last], y, walk.steps[1][last], length);
        for (uint32_t i = 0; repeated != NONE && i < span; i++) rows[i] = (repeated ? y : x)[i % part];
        for (uint32_t i = 0; repeated != NONE && i < length; i += span) {
            uint32_t size = length - i < span ? length - i : span;
            run_row(kind, to + i, repeated == 0 ? rows : x + i, 1, repeated == 1 ? rows : y + i, 1, size);
        }
        to += length;
    } while (go_to_next_row(&walk));
}
