/* Rows of whole grey levels of the decoded image, and their weighted sums. */
#ifndef WEBPARITY_BYTE_ROWS_H
#define WEBPARITY_BYTE_ROWS_H

#include "gray.h"
#include "resize_image.h"

/* Gives rows of `depth` bytes a pixel: the image's own, or gray in a buffer that holds the row read last. */
typedef struct {
    const resize_task *task;
    const luma *weights;
    uint8_t *gray; /* NULL for RGB */
    uint32_t held; /* which row */
} byte_rows;

static inline const luma *get_luma(const resize_task *t) { return t->flags & OPENCV_GRAY ? &LUMA_OPENCV : &LUMA_601; }

/* False where there is no room. */
bool open_byte_rows(const resize_task *t, byte_rows *rows);
/* The row lasts until the next call. */
const uint8_t *read_byte_row(byte_rows *rows, uint32_t y);
/* Adds weight * byte to each of `count` sums. */
void add_weighted_bytes(uint32_t *sums, const uint8_t *bytes, size_t count, uint32_t weight);

#endif
