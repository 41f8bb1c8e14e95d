/* Winograd's minimal filtering F(2 x 2, 3 x 3): out = A' [(G w G') * (B' x B)] A for 4 x 4 pixels of x and 2 x 2 of out,
   where * multiplies element by element: 16 multiplications instead of 36. All arrays of 16 are 4 x 4, row by row. */
#ifndef WEBPARITY_WINOGRAD_TRANSFORMS_H
#define WEBPARITY_WINOGRAD_TRANSFORMS_H

#include "../lanes.h"

enum { WINOGRAD_POINTS = 16, WINOGRAD_SIDE = 4 };

/* G w G' of 8 columns: from [3, 3, channels, 8] to [16, channels, 8]. */
void transform_weights(const float *from, uint32_t channels, float *to);
/* B' x B of one tile, all channels: pixels of `channels` floats, rows `row_floats` apart; to 16 rows, `point_floats`
   apart, whose last vector is filled up with zeros. */
void transform_pixels(const float *from, size_t row_floats, uint32_t channels, float *to, size_t point_floats);
/* A' m A of 4 columns: points[step * i] for i below 16, and what is added to each; to out[2 * pixel]. */
void transform_sums(const v128_t *points, size_t step, v128_t bias, v128_t *out);

#endif
