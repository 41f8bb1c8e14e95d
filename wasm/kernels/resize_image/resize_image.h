/* Resizing of the decoded image: what each method gets, and what they share. */
#ifndef WEBPARITY_RESIZE_IMAGE_H
#define WEBPARITY_RESIZE_IMAGE_H

#include "../kernels.h"

enum { MAX_OUT_SIDE = 512 };

typedef struct {
    const uint8_t *pixels; /* RGB, in_height x in_width x 3 */
    uint32_t in_height, in_width, out_height, out_width;
    uint32_t depth; /* 1: gray, 3: RGB */
    float *out;     /* out_height x out_width x depth, grey levels */
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

static inline float *get_out_row(const resize_task *t, uint32_t y) {
    return t->out + (size_t)y * t->out_width * t->depth;
}

#endif
