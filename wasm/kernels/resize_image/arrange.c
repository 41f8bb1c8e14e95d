/* Where an image of another aspect ratio lies on the output: core/preprocessing/geometry.py and fits/. */
#include "arrange.h"

/* A quotient of integers below 2^53 over less than 2^26, rounded to the nearest integer, ties to even, or down: exact. */
static uint32_t round_quotient(double x, double divisor, bool nearest) {
    double quotient = x / divisor;
    return (uint32_t)(nearest ? __builtin_rint(quotient) : quotient);
}

/* side * target / other, at least 1. */
static uint32_t scale_side(double side, double target, double other, bool nearest) {
    uint32_t scaled = round_quotient(side * target, other, nearest);
    return scaled ? scaled : 1;
}

/* The window of an axis whose output has `length` pixels: what lies within, and how many pixels are in front of it. */
static uint32_t place(resize_axis *a, uint32_t length, uint32_t fit, bool to_even) {
    if (a->full >= length) {
        uint32_t rest = a->full - length;
        a->start = round_quotient(rest, 2, to_even);
        a->length = length;
        return 0;
    }
    uint32_t rest = length - a->full;
    a->start = 0;
    a->length = a->full;
    return round_quotient(rest, 2, to_even && fit == FIT_CONTAIN);
}

double read_factor(const uint32_t *words) {
    uint64_t bits = (uint64_t)words[4] << 32 | words[1];
    double factor;
    memcpy(&factor, &bits, sizeof factor);
    return factor;
}

program_code prepare_image(resize_task *t, const uint32_t *words) {
    uint32_t how = words[2], rows = t->in_height, columns = t->in_width;
    uint32_t height = how & SQUARE_FIRST ? 1 : t->y.length, width = how & SQUARE_FIRST ? 1 : t->x.length;
    /* Of the image, and of what is made of it; how far the second begins behind the first. */
    uint32_t sides[2] = {rows, columns}, made[2];
    uint32_t wanted[2] = {scale_side(columns, height, width, false), scale_side(rows, width, height, false)};
    int32_t starts[2];
    for (uint32_t i = 0; i < 2; i++) {
        int32_t more = (int32_t)(wanted[i] - sides[i]);
        if (how & CROP_FIRST ? more > 0 : more < 0) more = 0;
        starts[i] = how & CROP_FIRST ? -more / 2 : -(more / 2);
        made[i] = how & CROP_FIRST ? sides[i] + (uint32_t)more : sides[i] + 2 * (uint32_t)(more / 2);
        if (made[i] > MAX_SIDE) return PROGRAM_IMAGE;
    }
    const uint8_t *color = (const uint8_t *)(words + 3);
    uint8_t *pixels = allocate((size_t)made[0] * made[1] * 3), *to = pixels;
    if (!pixels) return PROGRAM_OUT_OF_MEMORY;
    for (uint32_t y = 0; y < made[0]; y++) {
        for (uint32_t x = 0; x < made[1]; x++) {
            uint32_t row = y + (uint32_t)starts[0], column = x + (uint32_t)starts[1];
            const uint8_t *from = row < rows && column < columns ? get_image_row(t, row) + (size_t)column * 3 : color;
            for (uint32_t k = 0; k < 3; k++) *to++ = from[k];
        }
    }
    t->pixels = pixels;
    t->in_height = made[0];
    t->in_width = made[1];
    return PROGRAM_OK;
}

bool arrange_image(resize_task *t, const uint32_t *words, uint32_t *top, uint32_t *left) {
    uint32_t height = t->y.length, width = t->x.length, rows = t->in_height, columns = t->in_width;
    uint32_t fit = words ? words[0] : FIT_STRETCH, rounding = words ? words[2] : 0;
    bool to_even = rounding & HALF_TO_EVEN, nearest = rounding & NEAREST_SIDE;
    bool wide = (uint64_t)columns * height >= (uint64_t)rows * width;
    t->y.full = height;
    t->x.full = width;
    if (fit == FIT_SHORTER) {
        height = width = words[1];
        wide = columns > rows;
        t->y.full = t->x.full = words[1];
    }
    if (fit == FIT_FACTOR) {
        t->y.full = scale_side(rows, read_factor(words), 1, nearest);
        t->x.full = scale_side(columns, read_factor(words), 1, nearest);
    } else if (fit != FIT_STRETCH) {
        /* The side that follows from the other one. */
        nearest = nearest && fit == FIT_CONTAIN;
        if (wide == (fit != FIT_CONTAIN)) t->x.full = scale_side(columns, height, rows, nearest);
        else t->y.full = scale_side(rows, width, columns, nearest);
    }
    if ((uint64_t)t->y.full * rows >> 30 || (uint64_t)t->x.full * columns >> 30) return false;
    *top = place(&t->y, t->y.length, fit, to_even);
    *left = place(&t->x, t->x.length, fit, to_even);
    return true;
}
