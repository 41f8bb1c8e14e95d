#include "winograd_transforms.h"

typedef struct {
    v128_t of[WINOGRAD_SIDE];
} four;

/* G: three numbers to four. */
static inline four widen_weights(v128_t a, v128_t b, v128_t c) {
    v128_t half = wasm_f32x4_const_splat(0.5f), outer = wasm_f32x4_add(a, c);
    return (four){{a, wasm_f32x4_mul(half, wasm_f32x4_add(outer, b)), wasm_f32x4_mul(half, wasm_f32x4_sub(outer, b)), c}};
}

/* B'. */
static inline four mix_pixels(v128_t a, v128_t b, v128_t c, v128_t d) {
    return (four){{wasm_f32x4_sub(a, c), wasm_f32x4_add(b, c), wasm_f32x4_sub(c, b), wasm_f32x4_sub(b, d)}};
}

void transform_weights(const float *from, uint32_t channels, float *to) {
    size_t tap = (size_t)channels * 8;
    for (size_t at = 0; at < tap; at += LANES) {
        four columns[3];
        UNROLL
        for (size_t x = 0; x < 3; x++) {
            const float *w = from + x * tap + at;
            columns[x] = widen_weights(wasm_v128_load(w), wasm_v128_load(w + 3 * tap), wasm_v128_load(w + 6 * tap));
        }
        UNROLL
        for (size_t y = 0; y < WINOGRAD_SIDE; y++) {
            four row = widen_weights(columns[0].of[y], columns[1].of[y], columns[2].of[y]);
            UNROLL
            for (size_t x = 0; x < WINOGRAD_SIDE; x++) wasm_v128_store(to + (WINOGRAD_SIDE * y + x) * tap + at, row.of[x]);
        }
    }
}

/* Four channels; pixels are `pixel` floats apart. */
static void transform_vector(const float *from, size_t row_floats, size_t pixel, float *to, size_t point_floats) {
    four columns[WINOGRAD_SIDE];
    UNROLL
    for (size_t x = 0; x < WINOGRAD_SIDE; x++, from += pixel) {
        columns[x] = mix_pixels(wasm_v128_load(from), wasm_v128_load(from + row_floats),
                                wasm_v128_load(from + 2 * row_floats), wasm_v128_load(from + 3 * row_floats));
    }
    UNROLL
    for (size_t y = 0; y < WINOGRAD_SIDE; y++) {
        four row = mix_pixels(columns[0].of[y], columns[1].of[y], columns[2].of[y], columns[3].of[y]);
        UNROLL
        for (size_t x = 0; x < WINOGRAD_SIDE; x++, to += point_floats) wasm_v128_store(to, row.of[x]);
    }
}

void transform_pixels(const float *from, size_t row_floats, uint32_t channels, float *to, size_t point_floats) {
    uint32_t c = 0;
    for (; c + LANES <= channels; c += LANES) transform_vector(from + c, row_floats, channels, to + c, point_floats);
    if (c == channels) return;
    float rest[WINOGRAD_POINTS * LANES] = {0};
    for (size_t i = 0; i < WINOGRAD_POINTS; i++) {
        const float *pixel = from + i / WINOGRAD_SIDE * row_floats + i % WINOGRAD_SIDE * channels + c;
        wasm_v128_store(rest + LANES * i, load_lanes(pixel, channels - c));
    }
    transform_vector(rest, WINOGRAD_SIDE * LANES, LANES, to + c, point_floats);
}

void transform_sums(const v128_t *points, size_t step, v128_t bias, v128_t *out) {
    v128_t top[WINOGRAD_SIDE], bottom[WINOGRAD_SIDE];
    UNROLL
    for (size_t x = 0; x < WINOGRAD_SIDE; x++) {
        const v128_t *m = points + x * step;
        size_t row = WINOGRAD_SIDE * step;
        top[x] = wasm_f32x4_add(wasm_f32x4_add(m[0], m[row]), m[2 * row]);
        bottom[x] = wasm_f32x4_sub(wasm_f32x4_sub(m[row], m[2 * row]), m[3 * row]);
    }
    out[0] = wasm_f32x4_add(wasm_f32x4_add(wasm_f32x4_add(top[0], top[1]), top[2]), bias);
    out[2] = wasm_f32x4_add(wasm_f32x4_sub(wasm_f32x4_sub(top[1], top[2]), top[3]), bias);
    out[4] = wasm_f32x4_add(wasm_f32x4_add(wasm_f32x4_add(bottom[0], bottom[1]), bottom[2]), bias);
    out[6] = wasm_f32x4_add(wasm_f32x4_sub(wasm_f32x4_sub(bottom[1], bottom[2]), bottom[3]), bias);
}
