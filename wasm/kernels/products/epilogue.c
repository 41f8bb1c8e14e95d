#include "epilogue.h"

column_block begin_columns(const float *bias, const float *residual, float *out, size_t stride, uint32_t first,
                           uint32_t end, activation a) {
    uint32_t columns = end - first < TILE_COLUMNS ? end - first : TILE_COLUMNS;
    column_block block = {
        .bias = {wasm_f32x4_const_splat(0), wasm_f32x4_const_splat(0)},
        .low = wasm_f32x4_splat(a.kind == ACTIVATION_CLIP ? a.low : -__builtin_inff()),
        .high = wasm_f32x4_splat(a.kind == ACTIVATION_CLIP ? a.high : __builtin_inff()),
        .activation = a,
        .simple = columns == TILE_COLUMNS && a.kind != ACTIVATION_LEAKY,
        .out = out + first,
        .residual = residual ? residual + first : NULL,
        .stride = stride,
        .columns = columns,
    };
    if (bias) {
        block.bias[0] = load_lanes(bias + first, columns);
        if (columns > LANES) block.bias[1] = load_lanes(bias + first + LANES, columns - LANES);
    }
    return block;
}

/* One row of a simple block. */
static void finish_simple_row(const column_block *block, v128_t low, v128_t high, size_t row) {
    size_t at = row * block->stride;
    if (block->residual) {
        low = wasm_f32x4_add(low, wasm_v128_load(block->residual + at));
        high = wasm_f32x4_add(high, wasm_v128_load(block->residual + at + LANES));
    }
    wasm_v128_store(block->out + at, clip_sums(block, low));
    wasm_v128_store(block->out + at + LANES, clip_sums(block, high));
}

void finish_rows(const column_block *block, const v128_t *sums, size_t row, size_t count) {
    for (; count; count--, row++, sums += 2) {
        if (block->simple) {
            finish_simple_row(block, sums[0], sums[1], row);
            continue;
        }
        size_t at = row * block->stride;
        v128_t low = sums[0], high = sums[1];
        bool wide = block->columns > LANES;
        if (block->residual) {
            low = wasm_f32x4_add(low, load_lanes(block->residual + at, block->columns));
            if (wide) high = wasm_f32x4_add(high, load_lanes(block->residual + at + LANES, block->columns - LANES));
        }
        store_lanes(block->out + at, activate_in_registers(block->activation, low), block->columns);
        if (!wide) continue;
        store_lanes(block->out + at + LANES, activate_in_registers(block->activation, high), block->columns - LANES);
    }
}
