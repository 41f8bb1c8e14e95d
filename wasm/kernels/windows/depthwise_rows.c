/* for rows: for 4 channels: for pixels: each new column of 3 or 5 pixels enters the sums of the windows that it belongs to. */
#include "depthwise_rows.h"

enum { LARGEST = 5 };

bool is_filtered_by_rows(const window_numbers *n, const depthwise_layer *d) {
    bool fits = n->kernel_height == 3 ? n->stride_x <= 2 : n->kernel_height == LARGEST && n->stride_x == 1;
    return fits && n->kernel_width == n->kernel_height && n->dilation_y == 1 && n->dilation_x == 1 &&
           d->channels % LANES == 0 && !d->residual && n->activation.kind != ACTIVATION_LEAKY;
}

typedef struct {
    v128_t of[LARGEST];
} column;

ALWAYS_INLINE column load_column(const float *from, size_t row_floats, uint32_t side) {
    column pixels;
    UNROLL
    for (size_t i = 0; i < side; i++) pixels.of[i] = wasm_v128_load(from + i * row_floats);
    return pixels;
}

ALWAYS_INLINE v128_t add_column(v128_t sum, const column *pixels, const column *weights, uint32_t side) {
    UNROLL
    for (size_t i = 0; i < side; i++) sum = add_product(sum, pixels->of[i], weights->of[i]);
    return sum;
}

/* Four channels of a row, and the windows that have begun, the oldest first. */
typedef struct {
    const float *from;
    size_t row_floats, pixel;
    v128_t bias;
    column weights[LARGEST];
    v128_t sums[LARGEST - 1];
} row_filter;

/* The next column: the last one of the oldest window, whose sum it gives, and the first one of a new window. */
ALWAYS_INLINE v128_t shift_windows(row_filter *f, uint32_t side, uint32_t stride) {
    column pixels = load_column(f->from, f->row_floats, side);
    f->from += f->pixel;
    uint32_t begun = (side - 1) / stride;
    v128_t done = add_column(f->sums[0], &pixels, &f->weights[side - 1], side);
    UNROLL
    for (uint32_t i = 1; i < begun; i++) {
        f->sums[i - 1] = add_column(f->sums[i], &pixels, &f->weights[side - 1 - stride * i], side);
    }
    f->sums[begun - 1] = add_column(f->bias, &pixels, &f->weights[0], side);
    return done;
}

/* A column where no window begins or ends; there are such ones with a stride of 2. */
ALWAYS_INLINE void add_to_windows(row_filter *f, uint32_t side) {
    column pixels = load_column(f->from, f->row_floats, side);
    f->from += f->pixel;
    UNROLL
    for (uint32_t i = 0; i < (side - 1) / 2; i++) {
        f->sums[i] = add_column(f->sums[i], &pixels, &f->weights[side - 2 - 2 * i], side);
    }
}

ALWAYS_INLINE void filter_row(const depthwise_layer *d, const float *from, size_t row_floats, uint32_t channel,
                              float *to, uint32_t width, uint32_t side, uint32_t stride) {
    size_t pixel = d->channels;
    v128_t bias = d->bias ? wasm_v128_load(d->bias + channel) : wasm_f32x4_const_splat(0);
    row_filter f = {.from = from, .row_floats = row_floats, .pixel = pixel, .bias = bias};
    UNROLL
    for (size_t x = 0; x < side; x++) f.weights[x] = load_column(d->weights + x * pixel + channel, side * pixel, side);
    UNROLL
    for (size_t i = 0; i < LARGEST - 1; i++) f.sums[i] = bias;
    /* The columns before the last one of the first window, or last two; what they give is no window's sum. */
    UNROLL
    for (uint32_t i = 0; i < side - stride; i++) {
        if (stride == 2 && i % 2) add_to_windows(&f, side);
        else shift_windows(&f, side, stride);
    }
    for (; width; width--, to += pixel) {
        if (stride == 2) add_to_windows(&f, side);
        v128_t sum = shift_windows(&f, side, stride);
        wasm_v128_store(to, wasm_f32x4_pmin(wasm_f32x4_pmax(sum, d->low), d->high));
    }
}

void filter_rows(const depthwise_layer *d, const window_numbers *n, const float *band, size_t row_floats, size_t first,
                 uint32_t rows, uint32_t width) {
    uint32_t side = n->kernel_height, stride = n->stride_x;
    for (uint32_t row = 0; row < rows; row++) {
        const float *from = band + (size_t)row * n->stride_y * row_floats;
        float *to = d->out + (first + (size_t)row * width) * d->channels;
        for (uint32_t c = 0; c < d->channels; c += LANES) {
            if (side == 3 && stride == 1) filter_row(d, from + c, row_floats, c, to + c, width, 3, 1);
            else if (side == 3) filter_row(d, from + c, row_floats, c, to + c, width, 3, 2);
            else filter_row(d, from + c, row_floats, c, to + c, width, LARGEST, 1);
        }
    }
}
