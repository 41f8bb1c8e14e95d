/* Where an image lies on the output. */
#ifndef WEBPARITY_ARRANGE_H
#define WEBPARITY_ARRANGE_H

#include "resize_image.h"

/* What a placing says besides the fit, in its third word. */
enum {
    HALF_TO_EVEN = 1, /* halves of what is left over */
    NEAREST_SIDE = 2, /* sides are rounded to the nearest, not down */
    CROP_FIRST = 4,   /* the image is cut to an aspect ratio before it is resized, */
    PAD_FIRST = 8,    /* or padded: to the output's, */
    SQUARE_FIRST = 16 /* or to a square's */
};

/* Cuts or pads the image of a task, as its third word says; its pixels are copied. */
program_code prepare_image(resize_task *t, const uint32_t *words);
/* Computes both axes of a task, whose lengths are the output's, and how many pixels of the output are above the image and
   left of it. `words` are a placing, or NULL to stretch. False where the image is too long for its width. */
bool arrange_image(resize_task *t, const uint32_t *words, uint32_t *top, uint32_t *left);
/* The factor of a placing whose fit it is, a float64 in two words. */
double read_factor(const uint32_t *words);

#endif
