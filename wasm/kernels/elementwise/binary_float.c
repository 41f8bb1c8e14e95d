/* Rows of float32, four elements at a time. */
#include "../lanes.h"
#include "binary.h"
#include "broadcast.h"

/* Rows of whole vectors; steps from one to the next are 4, or 0 where all are the same. */
typedef void operation(float *out, const float *x, size_t x_step, const float *y, size_t y_step, size_t vectors);
#define OPERATION(name, intrinsic)                                                                                \
    static void name(float *out, const float *x, size_t x_step, const float *y, size_t y_step, size_t vectors) { \
        for (; vectors; vectors--, out += LANES, x += x_step, y += y_step) {                                      \
            wasm_v128_store(out, intrinsic(wasm_v128_load(x), wasm_v128_load(y)));                                \
        }                                                                                                         \
    }
OPERATION(add_vectors, wasm_f32x4_add)
OPERATION(subtract_vectors, wasm_f32x4_sub)
OPERATION(multiply_vectors, wasm_f32x4_mul)
OPERATION(divide_vectors, wasm_f32x4_div)
OPERATION(take_minima, wasm_f32x4_min)
OPERATION(take_maxima, wasm_f32x4_max)

static operation *const OPERATIONS[BINARY_COUNT] = {
    [BINARY_ADD] = add_vectors,       [BINARY_SUBTRACT] = subtract_vectors, [BINARY_MULTIPLY] = multiply_vectors,
    [BINARY_DIVIDE] = divide_vectors, [BINARY_MINIMUM] = take_minima,       [BINARY_MAXIMUM] = take_maxima,
};

bool has_vectors(uint32_t kind) { return OPERATIONS[kind] != NULL; }

/* Steps are 0 or 1. */
static void run_row(uint32_t kind, float *out, const float *x, uint32_t x_step, const float *y, uint32_t y_step,
                    uint32_t length) {
    float x_four[LANES], y_four[LANES], four[LANES];
    uint32_t vectors = length / LANES, rest = length % LANES, done = length - rest;
    wasm_v128_store(x_four, wasm_v128_load32_splat(x));
    wasm_v128_store(y_four, wasm_v128_load32_splat(y));
    OPERATIONS[kind](out, x_step ? x : x_four, x_step * LANES, y_step ? y : y_four, y_step * LANES, vectors);
    if (rest == 0) return;
    if (x_step) wasm_v128_store(x_four, load_lanes(x + done, rest));
    if (y_step) wasm_v128_store(y_four, load_lanes(y + done, rest));
    OPERATIONS[kind](four, x_four, 0, y_four, 0, 1);
    copy_floats(out + done, four, rest);
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
