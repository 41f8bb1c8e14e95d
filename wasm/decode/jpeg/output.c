/* Rows of pixels on their way to the image: upsampled, converted, and turned by the EXIF orientation. */
#include "jpeg.h"

BEGIN_COLD

/* Rows that are turned together, so that a turned row gets several pixels at a time. */
enum { STRIP_ROWS = 64 };

static int swaps_axes(const jpeg *d) { return d->orientation >= 5; }

/* Pixels take the place of coefficients that have become samples, where an MCU row of coefficients has room for its
   pixels; and where all have room for two images, the turned one comes behind the other. */
static void place_over_coefficients(jpeg *d, size_t size) {
    size_t room = d->coefficient_row * sizeof *d->coefficients, pixels = (size_t)d->width * 3 * 8 * d->max_v;
    if (!d->progressive || room < pixels) return;
    uint8_t *start = (uint8_t *)d->coefficients;
    if (d->orientation == 1) {
        d->out->pixels = start;
    } else if ((uint64_t)room * d->mcus_down >= (uint64_t)size * 2) {
        d->unturned = start;
        d->out->pixels = start + size;
    }
}

decode_code prepare_output(jpeg *d) {
    size_t size = (size_t)d->width * d->height * 3;
    d->out->width = swaps_axes(d) ? d->height : d->width;
    d->out->height = swaps_axes(d) ? d->width : d->height;
    place_over_coefficients(d, size);
    if (!d->out->pixels) d->out->pixels = allocate(size);
    int strips = d->orientation > 1 && !d->unturned;
    if (strips) d->strip = allocate((size_t)d->width * 3 * STRIP_ROWS);
    if (!d->out->pixels || (strips && !d->strip)) {
        return refuse(d->why, DECODE_OUT_OF_MEMORY, "no room for the pixels");
    }
    /* The luma alone, as libjpeg gives JCS_GRAYSCALE. */
    if (d->out->luma && d->color <= YCC) {
        d->out->luma = false;
        d->color = GRAY;
    }
    return prepare_upsampling(d);
}

/* Where pixels stand in the upright image: pixel (x, y) as stored at first + x * across + y * down. */
typedef struct {
    ptrdiff_t first, across, down;
} placing;

static placing place_pixels(const jpeg *d) {
    ptrdiff_t width = (ptrdiff_t)d->width, height = (ptrdiff_t)d->height;
    placing p = {0, swaps_axes(d) ? height : 1, swaps_axes(d) ? 1 : width};
    /* As bits of 1 << orientation: those that count columns from the right, and rows from the bottom. */
    if (0x18C >> d->orientation & 1) {
        p.first += (width - 1) * p.across;
        p.across = -p.across;
    }
    if (0xD8 >> d->orientation & 1) {
        p.first += (height - 1) * p.down;
        p.down = -p.down;
    }
    return p;
}

END_COLD

/* Copies `count` pixels; each stands `to_step` and `from_step` pixels behind the one before. */
static inline void copy_pixels(uint8_t *to, ptrdiff_t to_step, const uint8_t *from, ptrdiff_t from_step,
                               uint32_t count) {
    for (ptrdiff_t i = 0; i < (ptrdiff_t)count; i++) {
        uint8_t *pixel = to + 3 * i * to_step;
        const uint8_t *source = from + 3 * i * from_step;
        pixel[0] = source[0];
        pixel[1] = source[1];
        pixel[2] = source[2];
    }
}

/* Copies the strip's rows or, where they become columns, its columns. */
static void turn_strip(jpeg *d) {
    placing p = place_pixels(d);
    ptrdiff_t width = (ptrdiff_t)d->width, begin = p.first + (ptrdiff_t)d->strip_first * p.down;
    if (swaps_axes(d)) {
        for (ptrdiff_t x = 0; x < width; x++) {
            copy_pixels(d->out->pixels + 3 * (begin + x * p.across), p.down, d->strip + 3 * x, width, d->strip_rows);
        }
    } else {
        for (ptrdiff_t i = 0; i < (ptrdiff_t)d->strip_rows; i++) {
            copy_pixels(d->out->pixels + 3 * (begin + i * p.down), p.across, d->strip + 3 * i * width, 1, d->width);
        }
    }
    d->strip_rows = 0;
}

static uint8_t *begin_row(jpeg *d, uint32_t y) {
    if (!d->strip) return (d->unturned ? d->unturned : d->out->pixels) + (size_t)y * d->width * 3;
    if (d->strip_rows == 0) d->strip_first = y;
    return d->strip + (size_t)d->strip_rows++ * d->width * 3;
}

void emit_rows(jpeg *d, uint32_t from, uint32_t to) {
    for (uint32_t y = from; y < to; y++) {
        const uint8_t *rows[MAX_COMPONENTS] = {0};
        for (uint32_t i = 0; i < d->component_count; i++) rows[i] = upsample_row(d, &d->components[i], y);
        convert_row(d, rows, begin_row(d, y));
        if (d->strip_rows == STRIP_ROWS || (d->strip_rows && y + 1 == d->height)) turn_strip(d);
    }
}

void finish_output(jpeg *d) {
    if (!d->unturned) return;
    for (uint32_t y = 0; y < d->height; y += STRIP_ROWS) {
        d->strip = d->unturned + (size_t)y * d->width * 3;
        d->strip_first = y;
        d->strip_rows = d->height - y < STRIP_ROWS ? d->height - y : STRIP_ROWS;
        turn_strip(d);
    }
}
