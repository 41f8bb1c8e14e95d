#include "lanes.h"

#include "../memory.h"

/* So many floats are worth the instructions memory.copy and memory.fill. */
enum { MANY = 64 };

v128_t load_rest(const float *from, size_t count) {
    float lanes[LANES] = {0, 0, 0, 0};
    for (size_t i = 0; i < count; i++) lanes[i] = from[i];
    return wasm_v128_load(lanes);
}

void store_rest(float *to, v128_t lanes, size_t count) {
    float numbers[LANES];
    wasm_v128_store(numbers, lanes);
    for (size_t i = 0; i < count; i++) to[i] = numbers[i];
}

void copy_floats(float *to, const float *from, size_t count) {
    size_t i = 0;
    if (count >= MANY) {
        memcpy(to, from, count * sizeof *to);
        return;
    }
    for (; i + LANES <= count; i += LANES) wasm_v128_store(to + i, wasm_v128_load(from + i));
    for (; i < count; i++) to[i] = from[i];
}

void clear_floats(float *to, size_t count) {
    size_t i = 0;
    if (count >= MANY) {
        memset(to, 0, count * sizeof *to);
        return;
    }
    for (; i + LANES <= count; i += LANES) wasm_v128_store(to + i, wasm_f32x4_const_splat(0));
    for (; i < count; i++) to[i] = 0;
}
