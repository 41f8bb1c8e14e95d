/* How a convolution goes through its output: bands of rows, and in each band the positions of the windows. */
#ifndef WEBPARITY_WINDOW_PLAN_H
#define WEBPARITY_WINDOW_PLAN_H

#include "bands.h"

typedef struct {
    window_numbers numbers;
    padded_map map;
    uint32_t out_height, out_width, out_channels;
    uint32_t band_rows;    /* rows of the output in a band; fewer in the last one */
    uint32_t row_windows;  /* windows of a row of the output: its width, or with pooling four times that */
    uint64_t offset_bytes, room_bytes; /* of scratch: the windows' offsets, a band */
    uint64_t copied_floats;            /* in all bands */
} window_plan;

/* False where numbers are beyond what a program may ask for. The operands must have passed `check_window`. */
bool plan_windows(const program *p, const uint32_t *operands, const window_numbers *n, window_plan *plan);

/* Rows of a band for that many rows of the output. */
static inline uint32_t count_band_height(const window_plan *plan, uint32_t out_rows) {
    const window_numbers *n = &plan->numbers;
    return (out_rows * (1 + n->pool) - 1) * n->stride_y + (n->kernel_height - 1) * n->dilation_y + 1;
}
/* The row of the padded map where the windows of a row of the output begin. */
static inline uint32_t find_band_start(const window_plan *plan, uint32_t out_row) {
    return out_row * (1 + plan->numbers.pool) * plan->numbers.stride_y;
}

/* Where the windows of a whole band begin, in floats from the band's start: row by row; with pooling the four windows of
   each result one after the other. */
void list_windows(const window_plan *plan, uint32_t *offsets);

static inline size_t align_scratch(uint64_t bytes) { return (size_t)((bytes + 15) & ~(uint64_t)15); }

#endif
