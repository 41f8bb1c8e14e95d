/* Where an image lies on the output. */
#ifndef WEBPARITY_ARRANGE_H
#define WEBPARITY_ARRANGE_H

#include "resize_image.h"

/* Computes both axes of a task, whose lengths are the output's, and how many pixels of the output are above the image and
   left of it. `words`: the fit, the shorter side, and 1 where halves are rounded to even plus 2 where sides are rounded to
   the nearest; or NULL to stretch. False where the image is too long for its width. */
bool arrange_image(resize_task *t, const uint32_t *words, uint32_t *top, uint32_t *left);

#endif
