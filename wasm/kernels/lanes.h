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

/* Less than four numbers; the lanes behind them are zero. */
v128_t load_rest(const float *from, size_t count);
void store_rest(float *to, v128_t lanes, size_t count);

/* The first `count` numbers, of which at most four are read; the lanes behind them are zero. */
static inline v128_t load_lanes(const float *from, size_t count) {
    return count >= LANES ? wasm_v128_load(from) : load_rest(from, count);
}

/* Writes the first `count` lanes, at most four. */
static inline void store_lanes(float *to, v128_t lanes, size_t count) {
    if (count >= LANES) wasm_v128_store(to, lanes);
    else store_rest(to, lanes, count);
}

void copy_floats(float *to, const float *from, size_t count);
void clear_floats(float *to, size_t count);

/* Multiplies and adds: two roundings, on every processor. */
static inline v128_t add_product(v128_t sum, v128_t a, v128_t b) {
    return wasm_f32x4_add(sum, wasm_f32x4_mul(a, b));
}

#endif
