/* Vectors of four float32, and what is left over where a length is no multiple of four. */
#ifndef WEBPARITY_LANES_H
#define WEBPARITY_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

enum { LANES = 4 };

/* For loops of constant length, which the build else leaves as loops. */
#define UNROLL _Pragma("clang loop unroll(full)")
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* The first `count` numbers, of which at most four are read; the lanes behind them are zero. */
static inline v128_t load_lanes(const float *from, size_t count) {
    if (count >= LANES) return wasm_v128_load(from);
    v128_t lanes = wasm_f32x4_const_splat(0);
    if (count > 0) lanes = wasm_v128_load32_lane(from, lanes, 0);
    if (count > 1) lanes = wasm_v128_load32_lane(from + 1, lanes, 1);
    if (count > 2) lanes = wasm_v128_load32_lane(from + 2, lanes, 2);
    return lanes;
}

/* Writes the first `count` lanes, at most four. */
static inline void store_lanes(float *to, v128_t lanes, size_t count) {
    if (count >= LANES) {
        wasm_v128_store(to, lanes);
        return;
    }
    if (count > 0) wasm_v128_store32_lane(to, lanes, 0);
    if (count > 1) wasm_v128_store32_lane(to + 1, lanes, 1);
    if (count > 2) wasm_v128_store32_lane(to + 2, lanes, 2);
}

/* Short rows: the instruction memory.copy costs more than it saves below some hundred bytes. */
static inline void copy_floats(float *to, const float *from, size_t count) {
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) wasm_v128_store(to + i, wasm_v128_load(from + i));
    for (; i < count; i++) to[i] = from[i];
}

static inline void clear_floats(float *to, size_t count) {
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) wasm_v128_store(to + i, wasm_f32x4_const_splat(0));
    for (; i < count; i++) to[i] = 0;
}

/* Multiplies and adds: two roundings, on every processor. */
static inline v128_t add_product(v128_t sum, v128_t a, v128_t b) {
    return wasm_f32x4_add(sum, wasm_f32x4_mul(a, b));
}

#endif
