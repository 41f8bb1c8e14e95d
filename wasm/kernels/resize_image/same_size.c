/* An image that has the program's size already: every method copies its pixels, or their gray. */
#include "byte_rows.h"

static void convert_bytes(const uint8_t *bytes, size_t count, float *to) {
    for (size_t i = 0; i < count; i++) to[i] = (float)bytes[i];
}

program_code copy_pixels(const resize_task *t, const luma *rounded) {
    uint32_t pixels = t->in_height * t->in_width;
    size_t count = (size_t)pixels * t->depth;
    /* In float32, which holds them exactly; at first in the second half of what is widened. */
    float *to = t->wide ? (float *)t->wide + count : t->out;
    if (t->depth == 3) {
        convert_bytes(t->pixels, count, to);
    } else if (!rounded) {
        weigh_exact_luma(t->pixels, pixels, to);
    } else {
        uint8_t *gray = allocate(pixels);
        if (!gray) return PROGRAM_OUT_OF_MEMORY;
        convert_to_gray(rounded, t->pixels, pixels, gray);
        convert_bytes(gray, pixels, to);
    }
    for (size_t i = 0; t->wide && i < count; i++) t->wide[i] = (double)to[i];
    return PROGRAM_OK;
}
