/* Resizing of the decoded image: what each method gets, and what they share. */
#ifndef WEBPARITY_RESIZE_IMAGE_H
#define WEBPARITY_RESIZE_IMAGE_H

#include "../kernels.h"

enum { MAX_OUT_SIDE = 2048 };
/* What weighs the input pixels along an axis. Filters whose number is their half-width, antialiased unless NARROW; OpenCV's
   cubic and Lanczos filter, with float32 places and repeated borders; the area that an output pixel covers; the nearest pixel
   by exact places, by Pillow's running sum, by OpenCV's float64 and TensorFlow's float32 products. */
typedef enum {
    TRIANGLE_AXIS = 1, CUBIC_AXIS, LANCZOS_AXIS, OPENCV_CUBIC_AXIS, OPENCV_LANCZOS_AXIS, AREA_AXIS, NEAREST_AXIS, SUM_AXIS,
    FLOAT64_AXIS, FLOAT32_AXIS
} axis_kind;
/* Filters as wide as input pixels, whatever the scale; gray before the resize, rounded; TensorFlow's table of 1024 cubics;
   results rounded to whole levels; OpenCV's gray. */
enum { NARROW = 1, GRAY_FIRST = 2, TABLE = 4, WHOLE = 8, OPENCV_GRAY = 16 };

/* One axis: of `full` output pixels, `length` are computed from `start` on; all of these are within it. */
typedef struct {
    uint32_t full, start, length;
} resize_axis;

typedef struct {
    const uint8_t *pixels; /* RGB, in_height x in_width x 3 */
    uint32_t in_height, in_width;
    resize_axis y, x;
    axis_kind axis;
    uint32_t flags;
    uint32_t depth; /* 1: gray, 3: RGB */
    /* Grey levels, from the first pixel that is computed on: one of both; `wide` only by methods that do not round. */
    float *out;
    double *wide;
    size_t stride; /* numbers from one row to the next */
} resize_task;

/* Each answers PROGRAM_OK, or PROGRAM_OUT_OF_MEMORY; what they allocate is released behind them. */
program_code resize_bilinear(const resize_task *t);
program_code resize_filtered(const resize_task *t);
program_code resize_like_pillow(const resize_task *t);
program_code resize_linear_like_opencv(const resize_task *t);

static inline const uint8_t *get_image_row(const resize_task *t, uint32_t y) {
    return t->pixels + (size_t)y * t->in_width * 3;
}

static inline void store_level(const resize_task *t, size_t at, double level) {
    if (t->wide) t->wide[at] = level;
    else t->out[at] = (float)level;
}

static inline float *get_out_row(const resize_task *t, uint32_t y) {
    return t->out + (size_t)y * t->stride;
}

#endif
