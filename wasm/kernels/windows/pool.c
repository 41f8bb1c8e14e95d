/* pool: out, x, kind, kernel height and width, strides, dilations (y before x), top, left, bottom, right, power.
   Feature maps, float32 [1, height, width, channels]; what lies outside x counts for nothing, but that
   AVERAGE_WITH_PADDING divides by the number of pixels within the padded map. LP: the root of the sum of powers. */
#include "../kernels.h"
#include "../lanes.h"
#include "../math/scalar.h"

enum { OUT, X, KIND, KERNEL_HEIGHT, KERNEL_WIDTH, STRIDE_Y, STRIDE_X, DILATION_Y, DILATION_X, TOP, LEFT, BOTTOM, RIGHT,
       POWER, COUNT };
#define MAX_NUMBER ((uint32_t)1 << 15)

static bool is_map(const tensor *t) {
    return t->rank == 4 && t->dims[0] == 1 && t->elements > 0 && t->dims[1] <= MAX_NUMBER && t->dims[2] <= MAX_NUMBER;
}

program_code check_pool(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (count != COUNT || o[KIND] >= POOL_COUNT) return PROGRAM_OPERAND;
    if (out->type != TYPE_FLOAT || x->type != TYPE_FLOAT) return PROGRAM_TYPE;
    if (!is_map(out) || !is_map(x) || out->dims[3] != x->dims[3]) return PROGRAM_SHAPE;
    for (uint32_t i = KERNEL_HEIGHT; i <= RIGHT; i++) {
        if (o[i] > MAX_NUMBER || (i < TOP && o[i] == 0)) return PROGRAM_SHAPE;
    }
    if (o[POWER] > MAX_NUMBER || (o[KIND] == POOL_LP) == (o[POWER] == 0)) return PROGRAM_SHAPE;
    enum { POWER_COST = 64 };
    cost->work = multiply_sizes(out->elements, (uint64_t)o[KERNEL_HEIGHT] * o[KERNEL_WIDTH]);
    if (o[POWER] > 2) cost->work = multiply_sizes(cost->work, POWER_COST);
    return PROGRAM_OK;
}

/* The places of a window along one axis: those inside x, and how many lie inside the padded map. */
typedef struct {
    uint32_t first, count, step;
    uint32_t padded;
} window_range;

static window_range find_range(uint32_t position, uint32_t stride, uint32_t kernel, uint32_t dilation, uint32_t before,
                               uint32_t after, uint32_t size) {
    window_range range = {0, 0, dilation, 0};
    for (uint32_t i = 0; i < kernel; i++) {
        int64_t at = (int64_t)position * stride + (int64_t)i * dilation - before;
        if (at < (int64_t)size + after) range.padded++;
        if (at < 0 || at >= size) continue;
        if (range.count++ == 0) range.first = (uint32_t)at;
    }
    return range;
}

/* Each number to a power. */
static v128_t raise_lanes(v128_t x, double power) {
    float lanes[LANES];
    wasm_v128_store(lanes, x);
    for (size_t i = 0; i < LANES; i++) lanes[i] = (float)power64(lanes[i], power);
    return wasm_v128_load(lanes);
}

/* What becomes of the sum of a window: for averages the number of pixels, for LP the power. */
static v128_t finish_sum(pool_kind kind, v128_t sum, float divisor, uint32_t power) {
    if (kind != POOL_LP) return wasm_f32x4_div(sum, wasm_f32x4_splat(divisor));
    if (power == 1) return sum;
    return power == 2 ? wasm_f32x4_sqrt(sum) : raise_lanes(sum, 1 / (double)power);
}

static v128_t prepare_term(v128_t x, uint32_t power) {
    if (power == 2) return wasm_f32x4_mul(x, x);
    return power == 1 ? wasm_f32x4_abs(x) : raise_lanes(wasm_f32x4_abs(x), power);
}

/* Combines a window's pixels, row by row, of as many channels as `lanes` says. */
static v128_t combine(const uint32_t *o, const float *from, size_t row_floats, size_t pixel, window_range rows,
                      window_range columns, size_t lanes) {
    bool largest = o[KIND] == POOL_MAX;
    v128_t all = wasm_f32x4_splat(largest ? -__builtin_inff() : 0);
    for (uint32_t i = 0; i < rows.count; i++, from += rows.step * row_floats) {
        v128_t row = largest ? all : wasm_f32x4_const_splat(0);
        const float *at = from;
        for (uint32_t j = 0; j < columns.count; j++, at += columns.step * pixel) {
            v128_t here = load_lanes(at, lanes);
            if (o[POWER]) here = prepare_term(here, o[POWER]);
            row = largest ? wasm_f32x4_pmax(row, here) : wasm_f32x4_add(row, here);
        }
        all = largest ? row : wasm_f32x4_add(all, row);
    }
    if (largest) return all;
    bool padded = o[KIND] == POOL_AVERAGE_WITH_PADDING;
    float pixels = (float)(padded ? rows.padded * columns.padded : rows.count * columns.count);
    return finish_sum((pool_kind)o[KIND], all, pixels, o[POWER]);
}

/* Pixels of a window within x, and the steps between them in floats. */
typedef struct {
    size_t row_step, step;
    uint32_t rows, columns;
} window_pixels;

/* The same of four channels, for the most frequent kinds. */
static v128_t take_largest(const float *from, window_pixels w) {
    v128_t largest = wasm_v128_load(from);
    for (; w.rows; w.rows--, from += w.row_step) {
        const float *at = from;
        for (uint32_t i = w.columns; i; i--, at += w.step) largest = wasm_f32x4_pmax(largest, wasm_v128_load(at));
    }
    return largest;
}

/* Sixteen channels at a time: one sum alone would wait for itself. */
enum { SUMS = 4 };

static void add_pixels(const float *from, window_pixels w, v128_t sums[SUMS]) {
    v128_t all[SUMS], row[SUMS];
    UNROLL
    for (size_t i = 0; i < SUMS; i++) all[i] = wasm_f32x4_const_splat(0);
    for (; w.rows; w.rows--, from += w.row_step) {
        const float *at = from;
        UNROLL
        for (size_t i = 0; i < SUMS; i++) row[i] = wasm_f32x4_const_splat(0);
        for (uint32_t j = w.columns; j; j--, at += w.step) {
            UNROLL
            for (size_t i = 0; i < SUMS; i++) row[i] = wasm_f32x4_add(row[i], wasm_v128_load(at + i * LANES));
        }
        UNROLL
        for (size_t i = 0; i < SUMS; i++) all[i] = wasm_f32x4_add(all[i], row[i]);
    }
    UNROLL
    for (size_t i = 0; i < SUMS; i++) sums[i] = all[i];
}

/* All channels of one window. */
static void compute_window(const uint32_t *o, const tensor *x, window_range rows, window_range columns, float *to) {
    size_t pixel = x->dims[3], row_floats = x->dims[2] * pixel;
    const float *from = (const float *)x->data + rows.first * row_floats + columns.first * pixel;
    window_pixels w = {rows.step * row_floats, columns.step * pixel, rows.count, columns.count};
    size_t c = 0;
    if (o[KIND] == POOL_MAX && w.rows && w.columns) {
        for (; c + LANES <= pixel; c += LANES) wasm_v128_store(to + c, take_largest(from + c, w));
    }
    for (; o[KIND] == POOL_AVERAGE && c + SUMS * LANES <= pixel; c += SUMS * LANES) {
        v128_t sums[SUMS], divisor = wasm_f32x4_splat((float)(w.rows * w.columns));
        add_pixels(from + c, w, sums);
        for (size_t i = 0; i < SUMS; i++) wasm_v128_store(to + c + i * LANES, wasm_f32x4_div(sums[i], divisor));
    }
    for (; c < pixel; c += LANES) {
        store_lanes(to + c, combine(o, from + c, row_floats, pixel, rows, columns, pixel - c), pixel - c);
    }
}

program_code run_pool(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    float *to = out->data;
    uint32_t channels = x->dims[3];
    for (uint32_t y = 0; y < out->dims[1]; y++) {
        window_range rows = find_range(y, o[STRIDE_Y], o[KERNEL_HEIGHT], o[DILATION_Y], o[TOP], o[BOTTOM], x->dims[1]);
        for (uint32_t i = 0; i < out->dims[2]; i++, to += channels) {
            window_range columns =
                find_range(i, o[STRIDE_X], o[KERNEL_WIDTH], o[DILATION_X], o[LEFT], o[RIGHT], x->dims[2]);
            compute_window(o, x, rows, columns, to);
        }
    }
    return PROGRAM_OK;
}
