/* The transforms of section 4, undone row by row. */
#include "vp8l.h"

#include "predictors.h"

enum { LEFT = 1 }; /* the predictor */

/* Section 4.1. The first row is predicted from the left, the first column from above. Both rows have room before. */
static void undo_prediction(const transform *transform, uint32_t y, uint32_t *row, uint32_t *above) {
    uint32_t width = transform->width;
    row[-1] = OPAQUE_BLACK;
    if (y == 0) {
        add_prediction(LEFT, row, above, width);
    } else {
        row[-1] = above[0]; /* the first pixel is predicted from the one above */
        add_prediction(LEFT, row, above, 1);
        above[width] = row[0]; /* what is above and to the right of the last pixel */
        const uint32_t *modes = transform->data + (size_t)(y >> transform->bits) * divide_up(width, transform->bits);
        for (uint32_t x = 1; x < width;) {
            uint32_t end = ((x >> transform->bits) + 1) << transform->bits;
            if (end > width) end = width;
            add_prediction(modes[x >> transform->bits] >> 8 & 15, row + x, above + x, end - x);
            x = end;
        }
    }
    memcpy(above, row, width * sizeof *row);
}

/* Section 4.2: the part of one channel that another one predicts, both signed. */
static inline uint32_t scale_color(uint32_t factor, uint32_t color) {
    return (uint32_t)(((int8_t)factor * (int8_t)color) >> 5);
}

static void undo_cross_color(const transform *transform, uint32_t y, uint32_t *row) {
    uint32_t width = transform->width;
    const uint32_t *factors = transform->data + (size_t)(y >> transform->bits) * divide_up(width, transform->bits);
    for (uint32_t x = 0; x < width;) {
        uint32_t factor = factors[x >> transform->bits], end = ((x >> transform->bits) + 1) << transform->bits;
        if (end > width) end = width;
        ROLLED for (; x < end; x++) {
            uint32_t color = row[x], green = color >> 8;
            uint32_t red = (color >> 16) + scale_color(factor, green);
            uint32_t blue = color + scale_color(factor >> 8, green) + scale_color(factor >> 16, red);
            row[x] = (color & 0xff00ff00) | (red & 0xff) << 16 | (blue & 0xff);
        }
    }
}

/* Section 4.3. */
static void undo_subtract_green(uint32_t width, uint32_t *row) {
    ROLLED for (uint32_t x = 0; x < width; x++) {
        uint32_t green = row[x] >> 8 & 0xff;
        row[x] = (row[x] & 0xff00ff00) | (((row[x] & 0x00ff00ff) + (green << 16 | green)) & 0x00ff00ff);
    }
}

/* Section 4.4, from the right, since several pixels come from one. */
static void undo_color_indexing(const transform *transform, uint32_t *row) {
    uint32_t index_bits = 8u >> transform->bits, index_mask = (1u << index_bits) - 1,
             in_pixel = (1u << transform->bits) - 1;
    ROLLED for (uint32_t x = transform->width; x-- > 0;) {
        uint32_t packed = row[x >> transform->bits] >> 8;
        row[x] = transform->data[packed >> ((x & in_pixel) * index_bits) & index_mask];
    }
}

void undo_transforms(const lossless_decoder *decoder, uint32_t y, uint32_t *row, uint32_t *above) {
    for (uint32_t i = decoder->transform_count; i-- > 0;) {
        const transform *transform = &decoder->transforms[i];
        if (transform->type == PREDICTOR)
            undo_prediction(transform, y, row, above);
        else if (transform->type == CROSS_COLOR)
            undo_cross_color(transform, y, row);
        else if (transform->type == SUBTRACT_GREEN)
            undo_subtract_green(transform->width, row);
        else
            undo_color_indexing(transform, row);
    }
}
