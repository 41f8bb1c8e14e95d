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

typedef enum { TAKE_LARGEST, ADD, ADD_SIZES, ADD_SQUARES } combination;

/* Combines a window's pixels, row by row, of as many channels as `lanes` says. */
static v128_t combine(combination how, const float *from, size_t row_floats, size_t pixel, window_range rows,
                      window_range columns, size_t lanes) {
    bool largest = how == TAKE_LARGEST;
    v128_t all = wasm_f32x4_splat(largest ? -__builtin_inff() : 0);
    for (uint32_t i = 0; i < rows.count; i++, from += rows.step * row_floats) {
        v128_t row = largest ? all : wasm_f32x4_const_splat(0);
        const float *at = from;
        for (uint32_t j = 0; j < columns.count; j++, at += columns.step * pixel) {
            v128_t here = load_lanes(at, lanes);
            if (how == ADD_SIZES) here = wasm_f32x4_abs(here);
            if (how == ADD_SQUARES) here = wasm_f32x4_mul(here, here);
            row = largest ? wasm_f32x4_pmax(row, here) : wasm_f32x4_add(row, here);
        }
        all = largest ? row : wasm_f32x4_add(all, row);
    }
    return all;
}

/* All channels of one window. */
static void combine_pixels(combination how, const tensor *x, window_range rows, window_range columns, float *to) {
    size_t pixel = x->dims[3], row_floats = x->dims[2] * pixel;
    const float *from = (const float *)x->data + rows.first * row_floats + columns.first * pixel;
    for (size_t c = 0; c < pixel; c += LANES) {
        store_lanes(to + c, combine(how, from + c, row_floats, pixel, rows, columns, pixel - c), pixel - c);
    }
}

static void divide_by(float *numbers, uint32_t count, float by) {
    for (uint32_t i = 0; i < count; i += LANES) {
        store_lanes(numbers + i, wasm_f32x4_div(load_lanes(numbers + i, count - i), wasm_f32x4_splat(by)), count - i);
    }
}

static void take_roots(float *numbers, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) numbers[i] = __builtin_sqrtf(numbers[i]);
}

/* Powers that are not worth vectors. */
static void combine_powers(const tensor *x, window_range rows, window_range columns, double power, float *to) {
    size_t pixel = x->dims[3], row_floats = x->dims[2] * pixel;
    const float *from = (const float *)x->data + rows.first * row_floats + columns.first * pixel;
    for (size_t c = 0; c < pixel; c++) {
        double sum = 0;
        for (size_t i = 0; i < rows.count; i++) {
            const float *at = from + i * rows.step * row_floats + c;
            for (size_t j = 0; j < columns.count; j++) sum += power64(absolute64(at[j * columns.step * pixel]), power);
        }
        to[c] = (float)power64(sum, 1 / power);
    }
}

static void compute_window(const uint32_t *o, const tensor *x, window_range rows, window_range columns, float *to) {
    uint32_t channels = x->dims[3];
    if (o[KIND] == POOL_MAX) {
        combine_pixels(TAKE_LARGEST, x, rows, columns, to);
    } else if (o[KIND] != POOL_LP) {
        bool padded = o[KIND] == POOL_AVERAGE_WITH_PADDING;
        combine_pixels(ADD, x, rows, columns, to);
        divide_by(to, channels, (float)(padded ? rows.padded * columns.padded : rows.count * columns.count));
    } else if (o[POWER] == 1) {
        combine_pixels(ADD_SIZES, x, rows, columns, to);
    } else if (o[POWER] == 2) {
        combine_pixels(ADD_SQUARES, x, rows, columns, to);
        take_roots(to, channels);
    } else {
        combine_powers(x, rows, columns, o[POWER], to);
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
