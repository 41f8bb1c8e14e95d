/* Gray of bytes, as libraries compute it: (red * R + green * G + blue * B) / 2^bits, exact or to the nearest. */
#ifndef WEBPARITY_GRAY_H
#define WEBPARITY_GRAY_H

#include <stddef.h>
#include <stdint.h>

/* Green's weight in two parts, so that each fits 16 bits: beside red's and beside blue's. */
typedef struct {
    int16_t red, green_by_red, green_by_blue, blue;
    uint32_t bits;
} luma;

static const luma LUMA_601 = {19595, 19235, 19235, 7471, 16};
static const luma LUMA_OPENCV = {9798, 19235, 0, 3735, 15};

static inline uint8_t weigh_luma(const luma *l, const uint8_t *rgb) {
    int32_t sum = l->red * rgb[0] + (l->green_by_red + l->green_by_blue) * rgb[1] + l->blue * rgb[2];
    return (uint8_t)((sum + (1 << (l->bits - 1))) >> l->bits);
}

/* One row of RGB pixels to one of gray ones. */
void convert_to_gray(const luma *l, const uint8_t *rgb, uint32_t width, uint8_t *gray);

#endif
