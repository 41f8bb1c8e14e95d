/* Rows of whole grey levels, and their weighted sums. */
#include "byte_rows.h"

#include "../../simd.h"

bool open_byte_rows(const resize_task *t, byte_rows *rows) {
    *rows = (byte_rows){t, get_luma(t), t->depth == 1 ? allocate(t->in_width) : NULL, UINT32_MAX};
    return t->depth != 1 || rows->gray;
}

const uint8_t *read_byte_row(byte_rows *rows, uint32_t y) {
    const uint8_t *rgb = get_image_row(rows->task, y);
    if (!rows->gray) return rgb;
    if (rows->held != y) convert_to_gray(rows->weights, rgb, rows->task->in_width, rows->gray);
    rows->held = y;
    return rows->gray;
}

void add_weighted_bytes(uint32_t *sums, const uint8_t *bytes, size_t count, uint32_t weight) {
    size_t i = 0;
#if WEBPARITY_SIMD
    v128_t weights = wasm_u32x4_splat(weight);
    for (; i + 8 <= count; i += 8) {
        v128_t eight = wasm_u16x8_load8x8(bytes + i);
        v128_t low = wasm_i32x4_mul(wasm_u32x4_extend_low_u16x8(eight), weights);
        v128_t high = wasm_i32x4_mul(wasm_u32x4_extend_high_u16x8(eight), weights);
        wasm_v128_store(sums + i, wasm_i32x4_add(wasm_v128_load(sums + i), low));
        wasm_v128_store(sums + i + 4, wasm_i32x4_add(wasm_v128_load(sums + i + 4), high));
    }
#endif
    for (; i < count; i++) sums[i] += weight * bytes[i];
}
