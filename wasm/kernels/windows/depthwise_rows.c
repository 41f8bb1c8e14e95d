/* for rows: for 4 channels: for pixels: 9 vectors of weights stay in registers; each new column of 3 pixels enters the
   sums of the windows that it belongs to. */
#include "depthwise_rows.h"

enum { SIDE = 3 };

bool is_filtered_by_rows(const window_numbers *n, const depthwise_layer *d) {
    return n->kernel_height == SIDE && n->kernel_width == SIDE && n->dilation_y == 1 && n->dilation_x == 1 &&
           n->stride_x <= 2 && d->channels % LANES == 0 && !d->residual && n->activation.kind != ACTIVATION_LEAKY;
}

typedef struct {
    v128_t of[SIDE];
} column;

ALWAYS_INLINE column load_column(const float *from, size_t row_floats) {
    return (column){{wasm_v128_load(from), wasm_v128_load(from + row_floats), wasm_v128_load(from + 2 * row_floats)}};
}

ALWAYS_INLINE v128_t add_column(v128_t sum, column pixels, column weights) {
    UNROLL
    for (size_t i = 0; i < SIDE; i++) sum = add_product(sum, pixels.of[i], weights.of[i]);
    return sum;
}

/* A row of four channels. */
ALWAYS_INLINE void filter_row(const depthwise_layer *d, const float *from, size_t row_floats, uint32_t channel,
                              float *to, uint32_t width, uint32_t stride) {
    size_t pixel = d->channels;
    v128_t bias = d->bias ? wasm_v128_load(d->bias + channel) : wasm_f32x4_const_splat(0);
    v128_t low = d->low, high = d->high;
    column weights[SIDE];
    UNROLL
    for (size_t x = 0; x < SIDE; x++) weights[x] = load_column(d->weights + x * pixel + channel, SIDE * pixel);
    /* Sums of the next window and, with a stride of 1, of the one behind it. */
    v128_t next = add_column(bias, load_column(from, row_floats), weights[0]), behind = bias;
    from += pixel;
    if (stride == 1) {
        column pixels = load_column(from, row_floats);
        next = add_column(next, pixels, weights[1]);
        behind = add_column(bias, pixels, weights[0]);
        from += pixel;
    }
    for (; width; width--, to += pixel) {
        if (stride == 2) {
            next = add_column(next, load_column(from, row_floats), weights[1]);
            from += pixel;
        }
        column pixels = load_column(from, row_floats);
        v128_t sum = add_column(next, pixels, weights[2]);
        if (stride == 1) {
            next = add_column(behind, pixels, weights[1]);
            behind = add_column(bias, pixels, weights[0]);
        } else {
            next = add_column(bias, pixels, weights[0]);
        }
        from += pixel;
        wasm_v128_store(to, wasm_f32x4_pmin(wasm_f32x4_pmax(sum, low), high));
    }
}

void filter_rows(const depthwise_layer *d, const window_numbers *n, const float *band, size_t row_floats, size_t first,
                 uint32_t rows, uint32_t width) {
    for (uint32_t row = 0; row < rows; row++) {
        const float *from = band + (size_t)row * n->stride_y * row_floats;
        float *to = d->out + (first + (size_t)row * width) * d->channels;
        for (uint32_t channel = 0; channel < d->channels; channel += LANES) {
            if (n->stride_x == 1) filter_row(d, from + channel, row_floats, channel, to + channel, width, 1);
            else filter_row(d, from + channel, row_floats, channel, to + channel, width, 2);
        }
    }
}
