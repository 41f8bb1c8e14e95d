/* Where an image of another aspect ratio lies on the output: core/preprocessing/geometry.py and fits/. */
#include "arrange.h"

static uint32_t divide_round_half_even(uint64_t x, uint32_t divisor) {
    uint64_t quotient = x / divisor, twice = 2 * (x % divisor);
    return (uint32_t)(quotient + (twice > divisor || (twice == divisor && quotient % 2)));
}

/* side * target / other, at least 1. */
static uint32_t scale_side(uint32_t side, uint32_t target, uint32_t other, bool nearest) {
    uint64_t product = (uint64_t)side * target;
    uint32_t scaled = nearest ? divide_round_half_even(product, other) : (uint32_t)(product / other);
    return scaled ? scaled : 1;
}

/* The window of an axis whose output has `length` pixels: what lies within, and how many pixels are in front of it. */
static uint32_t place(resize_axis *a, uint32_t length, uint32_t fit, bool to_even) {
    if (a->full >= length) {
        uint32_t rest = a->full - length;
        a->start = to_even ? divide_round_half_even(rest, 2) : rest / 2;
        a->length = length;
        return 0;
    }
    uint32_t rest = length - a->full;
    a->start = 0;
    a->length = a->full;
    return to_even && fit == FIT_CONTAIN ? divide_round_half_even(rest, 2) : rest / 2;
}

bool arrange_image(resize_task *t, const uint32_t *words, uint32_t *top, uint32_t *left) {
    uint32_t height = t->y.length, width = t->x.length, rows = t->in_height, columns = t->in_width;
    uint32_t fit = words ? words[0] : FIT_STRETCH, rounding = words ? words[2] : 0;
    bool to_even = rounding & 1, nearest = rounding & 2;
    bool wide = (uint64_t)columns * height >= (uint64_t)rows * width;
    t->y.full = height;
    t->x.full = width;
    if (fit == FIT_SHORTER) {
        height = width = words[1];
        wide = columns > rows;
        t->y.full = t->x.full = words[1];
    }
    /* The side that follows from the other one. */
    if (fit == FIT_COVER || fit == FIT_SHORTER) {
        if (wide) t->x.full = scale_side(columns, height, rows, false);
        else t->y.full = scale_side(rows, width, columns, false);
    } else if (fit == FIT_CONTAIN) {
        if (wide) t->y.full = scale_side(rows, width, columns, nearest);
        else t->x.full = scale_side(columns, height, rows, nearest);
    }
    if ((uint64_t)t->y.full * rows >> 30 || (uint64_t)t->x.full * columns >> 30) return false;
    *top = place(&t->y, t->y.length, fit, to_even);
    *left = place(&t->x, t->x.length, fit, to_even);
    return true;
}
