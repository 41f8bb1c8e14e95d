/* depthwise: the operands of window.h, with as many groups as x and out have channels, and no pooling;
   weights [kernel height, kernel width, channels].
   for bands of rows: for 4 windows: for 4 channels: 4 vectors of sums over the kernel. */
#include "../kernels.h"
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
    cost->work = out->elements * count_taps(&n);
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

typedef struct {
    const float *weights, *bias, *residual; /* bias and residual may be NULL */
    float *out;
    const uint32_t *taps;
    uint32_t tap_count, channels;
    activation activation;
} depthwise_layer;

/* Whole vectors of channels of four windows. */
static void filter_windows(const depthwise_layer *d, const float *const windows[WINDOWS], v128_t sums[WINDOWS],
                           uint32_t channel) {
    v128_t s[WINDOWS];
    UNROLL
    for (size_t i = 0; i < WINDOWS; i++) s[i] = sums[i];
    const float *weights = d->weights + channel;
    for (const uint32_t *tap = d->taps; tap < d->taps + d->tap_count; tap++, weights += d->channels) {
        v128_t w = wasm_v128_load(weights);
        size_t at = *tap + channel;
        UNROLL
        for (size_t i = 0; i < WINDOWS; i++) s[i] = add_product(s[i], w, wasm_v128_load(windows[i] + at));
    }
    UNROLL
    for (size_t i = 0; i < WINDOWS; i++) sums[i] = s[i];
}

/* The same with the channels that fill no vector. */
static void filter_rest(const depthwise_layer *d, const float *const windows[WINDOWS], v128_t sums[WINDOWS],
                        uint32_t channel) {
    uint32_t rest = d->channels - channel;
    const float *weights = d->weights + channel;
    for (uint32_t i = 0; i < d->tap_count; i++, weights += d->channels) {
        v128_t w = load_lanes(weights, rest);
        size_t at = d->taps[i] + channel;
        for (size_t j = 0; j < WINDOWS; j++) sums[j] = add_product(sums[j], w, load_lanes(windows[j] + at, rest));
    }
}

static void filter_tile(const depthwise_layer *d, const float *const windows[WINDOWS], size_t first, uint32_t count) {
    for (uint32_t channel = 0; channel < d->channels; channel += LANES) {
        uint32_t rest = d->channels - channel;
        v128_t bias = d->bias ? load_lanes(d->bias + channel, rest) : wasm_f32x4_const_splat(0);
        v128_t sums[WINDOWS] = {bias, bias, bias, bias};
        if (rest >= LANES) filter_windows(d, windows, sums, channel);
        else filter_rest(d, windows, sums, channel);
        for (uint32_t i = 0; i < count; i++) {
            size_t at = (first + i) * d->channels + channel;
            if (d->residual) sums[i] = wasm_f32x4_add(sums[i], load_lanes(d->residual + at, rest));
            store_lanes(d->out + at, activate_in_registers(d->activation, sums[i]), rest);
        }
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
    };
    for (uint32_t row = 0; row < plan.out_height; row += plan.band_rows) {
        uint32_t rows = plan.out_height - row < plan.band_rows ? plan.out_height - row : plan.band_rows;
        const float *band = take_band(&plan.map, find_band_start(&plan, row), count_band_height(&plan, rows), room);
        size_t first = (size_t)row * plan.out_width;
        uint32_t windows = rows * plan.out_width;
        for (uint32_t at = 0; at < windows; at += WINDOWS) {
            uint32_t here = windows - at < WINDOWS ? windows - at : WINDOWS;
            const float *four[WINDOWS];
            UNROLL
            for (uint32_t i = 0; i < WINDOWS; i++) four[i] = band + offsets[at + (i < here ? i : here - 1)];
            filter_tile(&layer, four, first + at, here);
        }
        finish_activation(n.activation, layer.out + first * layer.channels, (size_t)windows * layer.channels);
    }
    return PROGRAM_OK;
}
