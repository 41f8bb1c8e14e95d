/* Between the two input pixels around each output center: OpenCV's INTER_LINEAR of bytes to the bit (resize.cpp: weights of
   11 bits, truncating shifts), and its INTER_AREA where a side does not shrink. */
#include "neighbours.h"

#include "gray.h"

enum { ONE = 1 << 11 };

/* Along one axis: the pixel at or before each output position, from -1, and the next one's weight, of ONE. */
typedef struct {
    int32_t *lower;
    int32_t *rest;
} positions;

/* Centers, as float32; or INTER_AREA's where a side does not shrink: each output's first pixel, and (x + 1) - (pixel + 1) *
   out / in, or 0 below that. */
static bool find_positions(uint32_t in, const resize_axis *a, bool area, positions *p) {
    p->lower = allocate(2 * a->length * sizeof *p->lower);
    if (!p->lower) return false;
    p->rest = p->lower + a->length;
    for (uint32_t i = 0; i < a->length; i++) {
        uint32_t at = i + a->start, begin = at * in;
        double lower = begin / a->full, share;
        if (area) {
            share = ((double)(begin % a->full) + in - a->full) / in;
            if (share < 0) share = 0;
        } else {
            float center = (float)((double)(int32_t)((2 * at + 1) * in - a->full) / (2 * a->full));
            lower = __builtin_floor(center);
            share = center - lower;
        }
        p->lower[i] = (int32_t)lower;
        p->rest[i] = (int32_t)__builtin_rint(share * ONE);
    }
    return true;
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

static program_code interpolate(const resize_task *t, bool area) {
    positions rows, columns;
    if (!find_positions(t->in_height, &t->y, area, &rows)) return PROGRAM_OUT_OF_MEMORY;
    if (!find_positions(t->in_width, &t->x, area, &columns)) return PROGRAM_OUT_OF_MEMORY;
    interpolate_like_opencv(t, &rows, &columns);
    return PROGRAM_OK;
}

program_code resize_linear_like_opencv(const resize_task *t) { return interpolate(t, false); }

program_code interpolate_area_like_opencv(const resize_task *t) { return interpolate(t, true); }
