/* Without antialiasing: the nearest pixel; bilinear, between the two input pixels around each output center: OpenCV's INTER_LINEAR of bytes to
   the bit (resize.cpp: weights of 11 bits, truncating shifts), and its INTER_AREA where a side does not shrink. */
#include "neighbours.h"

#include "gray.h"

enum { WEIGHT_BITS = 11, ONE = 1 << WEIGHT_BITS, FLOAT_FRACTION = 23 };

/* Along one axis: the pixel at or before each output position, from -1, and how far behind it the position is. */
typedef struct {
    int32_t *lower;
    int32_t *rest;
} positions;

static bool allocate_positions(uint32_t out, positions *p) {
    p->lower = allocate(2 * out * sizeof *p->lower);
    if (!p->lower) return false;
    p->rest = p->lower + out;
    return true;
}

/* With half-pixel centers; the rest counts units of 1 / (2 * full). */
static void find_centers(uint32_t in, const resize_axis *a, positions *p) {
    for (uint32_t i = 0; i < a->length; i++) {
        int32_t full = (int32_t)a->full, twice = 2 * full;
        int32_t position = (int32_t)((2 * (i + a->start) + 1) * in) - full;
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
static void round_linear_weights(const resize_axis *a, positions *p) {
    int64_t twice = 2 * (int64_t)a->full;
    for (uint32_t i = 0; i < a->length; i++) {
        uint32_t spent = 0;
        while (spent < FLOAT_FRACTION - WEIGHT_BITS && p->lower[i] >= 2 << spent) spent++;
        int64_t parts = (int64_t)1 << (FLOAT_FRACTION - WEIGHT_BITS - spent), scaled = (int64_t)p->rest[i] * ONE;
        int64_t fine = scaled / twice * parts + divide_half_even(scaled % twice * parts, twice);
        p->rest[i] = (int32_t)divide_half_even(fine, parts);
    }
}

/* INTER_AREA's: each output's first pixel; the next one's weight is (x + 1) - (pixel + 1) * out / in, or 0 below that. */
static void find_area_positions(uint32_t in, const resize_axis *a, positions *p) {
    enum { COARSE = 5 };
    for (uint32_t i = 0; i < a->length; i++) {
        uint32_t begin = (i + a->start) * in;
        int64_t reached = (int64_t)(begin % a->full) + in - a->full;
        p->lower[i] = (int32_t)(begin / a->full);
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
    for (uint32_t y = 0; y < t->y.length; y++) {
        float *to = get_out_row(t, y);
        for (uint32_t x = 0; x < t->x.length; x++) {
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
    return allocate_positions(t->y.length, rows) && allocate_positions(t->x.length, columns);
}

program_code resize_linear_like_opencv(const resize_task *t) {
    positions rows, columns;
    if (!allocate_both(t, &rows, &columns)) return PROGRAM_OUT_OF_MEMORY;
    find_centers(t->in_height, &t->y, &rows);
    find_centers(t->in_width, &t->x, &columns);
    round_linear_weights(&t->y, &rows);
    round_linear_weights(&t->x, &columns);
    interpolate_like_opencv(t, &rows, &columns);
    return PROGRAM_OK;
}

program_code interpolate_area_like_opencv(const resize_task *t) {
    positions rows, columns;
    if (!allocate_both(t, &rows, &columns)) return PROGRAM_OUT_OF_MEMORY;
    find_area_positions(t->in_height, &t->y, &rows);
    find_area_positions(t->in_width, &t->x, &columns);
    interpolate_like_opencv(t, &rows, &columns);
    return PROGRAM_OK;
}

/* The pixel under each output center, or, as OpenCV, under its corner. */
static void copy_nearest(const resize_task *t, const luma *l, uint32_t at_center) {
    for (uint32_t y = 0; y < t->y.length; y++) {
        float *to = get_out_row(t, y);
        uint32_t row = (2 * (y + t->y.start) + at_center) * t->in_height / (2 * t->y.full);
        for (uint32_t x = 0; x < t->x.length; x++) {
            uint32_t column = (2 * (x + t->x.start) + at_center) * t->in_width / (2 * t->x.full);
            for (uint32_t k = 0; k < t->depth; k++) *to++ = (float)read_level(t, l, row, column, k);
        }
    }
}

program_code resize_nearest(const resize_task *t) {
    copy_nearest(t, &LUMA_601, 1);
    return PROGRAM_OK;
}

program_code resize_nearest_like_opencv(const resize_task *t) {
    copy_nearest(t, &LUMA_OPENCV, 0);
    return PROGRAM_OK;
}
