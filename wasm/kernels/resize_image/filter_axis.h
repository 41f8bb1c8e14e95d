/* The weights of input pixels along one axis. Filters as Pillow's precompute_coeffs has them (Resample.c): as wide as an
   output pixel, or as an input pixel where that is more, cut at the border, normalized. */
#ifndef WEBPARITY_FILTER_AXIS_H
#define WEBPARITY_FILTER_AXIS_H

#include "resize_image.h"

enum { FILTER_BITS = 22, FILTER_HALF = 1 << (FILTER_BITS - 1) };

typedef struct {
    uint32_t length, band;    /* band: room for the pixels of one output */
    uint32_t *first, *count;  /* [length]: input pixels, within the image */
    double *weights;          /* [length][band]; of AREA_AXIS integers whose sum is `in` */
    int32_t *fixed;           /* the same in units of 2^-22, to nearest */
} filter_axis;

/* Computes the weights for `in` input pixels; false where there is no room. */
bool build_filter_axis(const resize_task *t, uint32_t in, const resize_axis *window, filter_axis *axis);

#endif
