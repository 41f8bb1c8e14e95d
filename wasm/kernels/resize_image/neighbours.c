/* Bilinear without antialiasing, between the two input pixels around each output center: OpenCV's INTER_LINEAR of bytes to
   the bit (resize.cpp: weights of 11 bits, truncating shifts), its INTER_AREA where a side does not shrink, and
   tf.image.resize in float64. */
#include "neighbours.h"

#include "gray.h"

enum { WEIGHT_BITS = 11, ONE = 1 << WEIGHT_BITS, FLOAT_FRACTION = 23 };

/* Along one axis: the pixel at or before each output position, from -1, and how far behind it the position is. */
typedef struct {
    int32_t *lower;
    int32_t *rest;
} positions;

static bool allocate_positions(uint32_t out, positions *p) {
    p->lower = allocate(out * sizeof *p->lower);
    p->rest = allocate(out * sizeof *p->rest);
    return p->lower && p->rest;
}

/* With half-pixel centers; the rest counts units of 1 / (2 * out). */
static void find_centers(uint32_t in, uint32_t out, positions *p) {
    for (uint32_t i = 0; i < out; i++) {
        int32_t position = (int32_t)((2 * i + 1) * in) - (int32_t)out, twice = 2 * (int32_t)out;
        p->lower[i] = position < 0 ? -1 : position / twice;
        p->rest[i] = position - p->lower[i] * twice;
    }
}

/* To the nearest integer, ties to even. */
static int64_t divide_half_even(int64_t x, int64_t divisor) {
    int64_t quotient = x / divisor, twice = 2 * (x % divisor);
    return quotient + (twice > divisor || (twice == divisor && quotient % 2 != 0));
}

/* Rests to weights of 11 bits. OpenCV's position is a float32: the larger it is, the fewer bits its fraction has. */
static void round_linear_weights(uint32_t out, positions *p) {
    int64_t twice = 2 * (int64_t)out;
    for (uint32_t i = 0; i < out; i++) {
        uint32_t spent = 0;
        while (spent < FLOAT_FRACTION - WEIGHT_BITS && p->lower[i] >= 2 << spent) spent++;
        int64_t parts = (int64_t)1 << (FLOAT_FRACTION - WEIGHT_BITS - spent), scaled = (int64_t)p->rest[i] * ONE;
        int64_t fine = scaled / twice * parts + divide_half_even(scaled % twice * parts, twice);
        p->rest[i] = (int32_t)divide_half_even(fine, parts);
    }
}

/* INTER_AREA's: each output's first pixel; the next one's weight is (x + 1) - (pixel + 1) * out / in, or 0 below that. */
static void find_area_positions(uint32_t in, uint32_t out, positions *p) {
    enum { COARSE = 5 };
    for (uint32_t i = 0; i < out; i++) {
        int64_t reached = (int64_t)(i * in % out) + in - out;
        p->lower[i] = (int32_t)(i * in / out);
        if (reached < 0) reached = 0;
        int64_t scaled = reached << COARSE, fine = scaled % in << (WEIGHT_BITS - COARSE);
        p->rest[i] = (int32_t)((scaled / in << (WEIGHT_BITS - COARSE)) + divide_half_even(fine, in));
    }
}

static inline uint32_t clamp_position(int32_t at, uint32_t size) {
    return at < 0 ? 0 : (uint32_t)at >= size ? size - 1 : (uint32_t)at;
}

/* Channel k of a pixel, or its gray. */
static inline int32_t read_level(const resize_task *t, const luma *l, uint32_t y, uint32_t x, uint32_t k) {
    const uint8_t *rgb = get_image_row(t, y) + (size_t)x * 3;
    return t->depth == 1 ? weigh_luma(l, rgb) : rgb[k];
}

static void interpolate_like_opencv(const resize_task *t, const positions *rows, const positions *columns) {
    float *to = t->out;
    for (uint32_t y = 0; y < t->out_height; y++) {
        for (uint32_t x = 0; x < t->out_width; x++) {
            int32_t column = columns->lower[x], weight = columns->rest[x];
            /* Past the border rows are repeated with their weights, but a column gets all the weight. */
            if (column < 0 || column + 2 > (int32_t)t->in_width) weight = 0;
            uint32_t near = clamp_position(column, t->in_width), far = clamp_position(column + 1, t->in_width);
            for (uint32_t k = 0; k < t->depth; k++) {
                int32_t sum = 2;
                for (int32_t i = 0; i < 2; i++) {
                    uint32_t row = clamp_position(rows->lower[y] + i, t->in_height);
                    int32_t across = read_level(t, &LUMA_OPENCV, row, near, k) * (ONE - weight) +
                                     read_level(t, &LUMA_OPENCV, row, far, k) * weight;
                    sum += (i ? rows->rest[y] : ONE - rows->rest[y]) * (across >> 4) >> 16;
                }
                *to++ = (float)(sum >> 2);
            }
        }
    }
}

static bool allocate_both(const resize_task *t, positions *rows, positions *columns) {
    return allocate_positions(t->out_height, rows) && allocate_positions(t->out_width, columns);
}

program_code resize_linear_like_opencv(const resize_task *t) {
    positions rows, columns;
    if (!allocate_both(t, &rows, &columns)) return PROGRAM_OUT_OF_MEMORY;
    find_centers(t->in_height, t->out_height, &rows);
    find_centers(t->in_width, t->out_width, &columns);
    round_linear_weights(t->out_height, &rows);
    round_linear_weights(t->out_width, &columns);
    interpolate_like_opencv(t, &rows, &columns);
    return PROGRAM_OK;
}

program_code interpolate_area_like_opencv(const resize_task *t) {
    positions rows, columns;
    if (!allocate_both(t, &rows, &columns)) return PROGRAM_OUT_OF_MEMORY;
    find_area_positions(t->in_height, t->out_height, &rows);
    find_area_positions(t->in_width, t->out_width, &columns);
    interpolate_like_opencv(t, &rows, &columns);
    return PROGRAM_OK;
}

program_code resize_like_tensorflow(const resize_task *t) {
    positions rows, columns;
    if (!allocate_both(t, &rows, &columns)) return PROGRAM_OUT_OF_MEMORY;
    find_centers(t->in_height, t->out_height, &rows);
    find_centers(t->in_width, t->out_width, &columns);
    size_t stored = 0;
    for (uint32_t y = 0; y < t->out_height; y++) {
        double row_share = rows.rest[y] / (2.0 * t->out_height);
        for (uint32_t x = 0; x < t->out_width; x++) {
            double share = columns.rest[x] / (2.0 * t->out_width);
            uint32_t near = clamp_position(columns.lower[x], t->in_width);
            uint32_t far = clamp_position(columns.lower[x] + 1, t->in_width);
            for (uint32_t k = 0; k < t->depth; k++) {
                double across[2];
                for (int32_t i = 0; i < 2; i++) {
                    uint32_t row = clamp_position(rows.lower[y] + i, t->in_height);
                    double left = read_level(t, &LUMA_601, row, near, k) * (1.0 - share);
                    across[i] = left + read_level(t, &LUMA_601, row, far, k) * share;
                }
                double above = across[0] * (1.0 - row_share), below = across[1] * row_share;
                store_level(t, stored++, above + below);
            }
        }
    }
    return PROGRAM_OK;
}
