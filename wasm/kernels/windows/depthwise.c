/* depthwise: the operands of window.h, with as many groups as x and out have channels, and no pooling;
   weights [kernel height, kernel width, channels].
   for bands of rows: for 4 windows: for 4 channels: 4 vectors of sums over the kernel. Kernels of 3 x 3 and 5 x 5 have a faster way:
   depthwise_rows.h. */
#include "../kernels.h"
#include "depthwise_rows.h"
#include "plan.h"

enum { WINDOWS = 4 };

static uint64_t count_taps(const window_numbers *n) { return (uint64_t)n->kernel_height * n->kernel_width; }

program_code check_depthwise(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    program_code code = check_window(p, o, count);
    if (code) return code;
    window_numbers n = read_window(o);
    const tensor *out = get_value(p, o[WINDOW_OUT]);
    uint32_t channels = out->dims[3];
    bool fits = n.groups == channels && get_value(p, o[WINDOW_X])->dims[3] == channels && !n.pool &&
                get_value(p, o[WINDOW_WEIGHTS])->elements == count_taps(&n) * channels;
    window_plan plan;
    if (!fits || !plan_windows(p, o, &n, &plan)) return PROGRAM_SHAPE;
    cost->work = out->elements * count_taps(&n) + plan.copied_floats;
    cost->scratch_bytes = align_scratch(plan.offset_bytes) + align_scratch(count_taps(&n) * sizeof(uint32_t)) +
                          plan.room_bytes;
    return PROGRAM_OK;
}

static void list_taps(const window_plan *plan, uint32_t *taps) {
    const window_numbers *n = &plan->numbers;
    for (uint32_t y = 0; y < n->kernel_height; y++) {
        for (uint32_t x = 0; x < n->kernel_width; x++) {
            *taps++ = y * n->dilation_y * (uint32_t)plan->map.row_floats + x * n->dilation_x * plan->map.channels;
        }
    }
}

/* What all windows of a tile share. */
typedef struct {
    const float *windows[WINDOWS];
    size_t first; /* of the results, in pixels */
    uint32_t count;
} window_tile;

/* Four channels, from `channel` on, of four windows; not LEAKY, and without a residual. */
static void filter_vector(const depthwise_layer *d, const window_tile *t, uint32_t channel) {
    float *to = d->out + t->first * d->channels + channel;
    v128_t low = d->low, high = d->high;
    v128_t bias = d->bias ? wasm_v128_load(d->bias + channel) : wasm_f32x4_const_splat(0);
    v128_t sums[WINDOWS] = {bias, bias, bias, bias};
    const float *weights = d->weights + channel;
    for (const uint32_t *tap = d->taps; tap < d->taps + d->tap_count; tap++, weights += d->channels) {
        v128_t w = wasm_v128_load(weights);
        size_t at = *tap + channel;
        UNROLL
        for (size_t i = 0; i < WINDOWS; i++) sums[i] = add_product(sums[i], w, wasm_v128_load(t->windows[i] + at));
    }
    UNROLL
    for (uint32_t i = 0; i < WINDOWS; i++) {
        sums[i] = wasm_f32x4_pmin(wasm_f32x4_pmax(sums[i], low), high);
        if (i < t->count) wasm_v128_store(to + (size_t)i * d->channels, sums[i]);
    }
}

/* One channel, where four at a time are not worth code of their own. */
static void filter_channel(const depthwise_layer *d, const window_tile *t, uint32_t channel) {
    for (uint32_t i = 0; i < t->count; i++) {
        float sum = d->bias ? d->bias[channel] : 0;
        for (uint32_t tap = 0; tap < d->tap_count; tap++) {
            float product = t->windows[i][d->taps[tap] + channel] * d->weights[(size_t)tap * d->channels + channel];
            sum += product;
        }
        size_t at = (t->first + i) * d->channels + channel;
        if (d->residual) sum += d->residual[at];
        store_lanes(d->out + at, activate_in_registers(d->activation, wasm_f32x4_splat(sum)), 1);
    }
}

static void filter_tile(const depthwise_layer *d, const window_tile *t) {
    uint32_t channel = 0;
    if (!d->residual && d->activation.kind != ACTIVATION_LEAKY) {
        for (; channel + LANES <= d->channels; channel += LANES) filter_vector(d, t, channel);
    }
    for (; channel < d->channels; channel++) filter_channel(d, t, channel);
}

static void filter_band(const depthwise_layer *d, const float *band, const uint32_t *offsets, size_t first,
                        uint32_t windows) {
    for (uint32_t at = 0; at < windows; at += WINDOWS) {
        window_tile t = {.first = first + at, .count = windows - at < WINDOWS ? windows - at : WINDOWS};
        /* A tile of fewer windows computes its last one again. */
        for (uint32_t i = 0; i < WINDOWS; i++) t.windows[i] = band + offsets[at + (i < t.count ? i : t.count - 1)];
        filter_tile(d, &t);
    }
}

program_code run_depthwise(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    window_numbers n = read_window(o);
    window_plan plan;
    plan_windows(p, o, &n, &plan);
    uint32_t *offsets = (void *)p->scratch;
    uint32_t *taps = (void *)(p->scratch + align_scratch(plan.offset_bytes));
    float *room = (void *)(p->scratch + align_scratch(plan.offset_bytes) +
                           align_scratch(count_taps(&n) * sizeof(uint32_t)));
    list_windows(&plan, offsets);
    list_taps(&plan, taps);
    depthwise_layer layer = {
        .weights = get_floats(p, o[WINDOW_WEIGHTS]), .bias = get_floats(p, o[WINDOW_BIAS]),
        .residual = get_floats(p, o[WINDOW_RESIDUAL]), .out = p->values[o[WINDOW_OUT]].data,
        .taps = taps, .tap_count = (uint32_t)count_taps(&n), .channels = plan.out_channels, .activation = n.activation,
        .low = wasm_f32x4_splat(n.activation.kind == ACTIVATION_CLIP ? n.activation.low : -__builtin_inff()),
        .high = wasm_f32x4_splat(n.activation.kind == ACTIVATION_CLIP ? n.activation.high : __builtin_inff()),
    };
    bool by_rows = is_filtered_by_rows(&n, &layer);
    for (uint32_t row = 0; row < plan.out_height; row += plan.band_rows) {
        uint32_t rows = plan.out_height - row < plan.band_rows ? plan.out_height - row : plan.band_rows;
        const float *band = take_band(&plan.map, find_band_start(&plan, row), count_band_height(&plan, rows), room);
        size_t first = (size_t)row * plan.out_width, windows = (size_t)rows * plan.out_width;
        if (by_rows) filter_rows(&layer, &n, band, plan.map.row_floats, first, rows, plan.out_width);
        else filter_band(&layer, band, offsets, first, (uint32_t)windows);
        finish_activation(n.activation, layer.out + first * layer.channels, windows * layer.channels);
    }
    return PROGRAM_OK;
}
