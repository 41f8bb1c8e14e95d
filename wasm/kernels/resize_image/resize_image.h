/* Resizing of the decoded image: what each method gets, and what they share. */
#ifndef WEBPARITY_RESIZE_IMAGE_H
#define WEBPARITY_RESIZE_IMAGE_H

#include "../kernels.h"

enum { MAX_OUT_SIDE = 512 };

typedef struct {
    const uint8_t *pixels; /* RGB, in_height x in_width x 3 */
    uint32_t in_height, in_width, out_height, out_width;
    uint32_t depth; /* 1: gray, 3: RGB */
    /* out_height x out_width x depth, grey levels: one of both; `wide` only by methods that do not round. */
    float *out;
    double *wide;
} resize_task;

/* Each answers PROGRAM_OK, or PROGRAM_OUT_OF_MEMORY; what they allocate is released behind them. */
program_code resize_bilinear(const resize_task *t);
program_code resize_like_pillow(const resize_task *t);
program_code resize_linear_like_opencv(const resize_task *t);
program_code resize_area_like_opencv(const resize_task *t);
program_code resize_like_tensorflow(const resize_task *t);

static inline const uint8_t *get_image_row(const resize_task *t, uint32_t y) {
    return t->pixels + (size_t)y * t->in_width * 3;
}

static inline void store_level(const resize_task *t, size_t at, double level) {
    if (t->wide) t->wide[at] = level;
    else t->out[at] = (float)level;
}

static inline float *get_out_row(const resize_task *t, uint32_t y) {
    return t->out + (size_t)y * t->out_width * t->depth;
}

#endif
