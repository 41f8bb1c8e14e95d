/* The triangle filter along one axis, as Pillow's BILINEAR has it: half as wide as an output pixel on either side, or as
   an input pixel where that is more, cut at the border. Times 2 * in * out all weights are integers.

   The input pixels between the centers of two output pixels form a segment: they belong to the right half of the first
   triangle and to the left half of the second. Segment s ends at the center of output pixel s, so that pixel is the sum
   of the left weights of segment s and of the right weights of segment s + 1. Where the image shrinks, segments do not
   overlap: each input pixel is read once. */
#ifndef WEBPARITY_TRIANGLE_H
#define WEBPARITY_TRIANGLE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t in, out;
    uint32_t band;          /* room for the pixels of one segment */
    uint32_t *first;        /* [out + 1], within the image */
    uint32_t *count;        /* [out + 1], 0 to band */
    int32_t *left, *right;  /* [out + 1][band], 0 to 2 * max(in, out) */
    uint32_t *total;        /* [out], the sum of a triangle: above 0, below 2^30 */
} triangle_axis;

/* Computes the weights, each divided by `divisor` and rounded down; false where there is no room. */
bool build_triangle(uint32_t in, uint32_t out, uint32_t divisor, triangle_axis *axis);

#endif
