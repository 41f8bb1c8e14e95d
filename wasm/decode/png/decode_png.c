/* Decodes a PNG: rows are inflated, unfiltered and expanded one by one, so that only two of them are kept. */
#include "../../memory.h"
#include "../../zlib_stream.h"
#include "png.h"

enum {
    ROOM = 16,         /* behind a row, for vectors */
    WASTE = 1 << 20,   /* bytes that a stream may hold beyond twice the image */
    MAX_RATIO = 1032,  /* of DEFLATE: a match of 258 bytes takes two bits at least */
};

/* Adam7 (section 8.2): first column and row, steps between columns and rows. */
typedef struct {
    uint8_t x, y, dx, dy;
} pass;
static const pass ADAM7[7] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
static const pass WHOLE = {0, 0, 1, 1};

typedef struct {
    png_header png;
    idat_reader data;
    crc_tables crc;
    zlib_stream stream;
    row_expander expander;
    uint8_t *row, *before, *rgb;
} png_decoder;

static uint32_t count_steps(uint32_t size, uint32_t first, uint32_t step) {
    return size <= first ? 0 : (size - first + step - 1) / step;
}

static size_t measure_row(const png_header *png, uint32_t width) {
    return (size_t)(((uint64_t)width * png->channels * png->depth + 7) / 8);
}

static uint64_t measure_pass(const png_header *png, const pass *p) {
    uint32_t width = count_steps(png->width, p->x, p->dx), height = count_steps(png->height, p->y, p->dy);
    return width ? (uint64_t)height * (1 + measure_row(png, width)) : 0;
}

static uint64_t measure_data(const png_header *png) {
    uint64_t size = 0;
    if (!png->interlaced) return measure_pass(png, &WHOLE);
    for (int i = 0; i < 7; i++) size += measure_pass(png, &ADAM7[i]);
    return size;
}

static bool allocate_rows(png_decoder *d, rgb_image *out) {
    const png_header *png = &d->png;
    size_t row_size = measure_row(png, png->width), rgb_size = 3 * (size_t)png->width;
    out->width = png->width;
    out->height = png->height;
    out->pixels = allocate((size_t)((uint64_t)rgb_size * png->height + ROOM));
    d->row = allocate(row_size + ROOM);
    d->before = allocate(row_size + ROOM);
    d->rgb = allocate(rgb_size + ROOM);
    /* Samples of less than 8 bits are written a byte's worth at a time. */
    uint8_t *samples = allocate((size_t)png->width * png->channels + ROOM);
    if (!out->pixels || !d->row || !d->before || !d->rgb || !samples) return false;
    prepare_expander(&d->expander, png, samples);
    return true;
}

/* Reads and unfilters the next row into d->row; the row above is in d->before. */
static bool read_row(png_decoder *d, uint8_t *row, const uint8_t *before, size_t size, refusal *why) {
    const uint8_t *raw = read_inflated(&d->stream, size + 1, why);
    if (!raw) return false;
    if (raw[0] > 4) {
        refuse(why, DECODE_CORRUPT, "a PNG row with an unknown filter");
        return false;
    }
    uint32_t step = ((uint32_t)d->png.channels * d->png.depth + 7) / 8;
    unfilter_row(raw[0], row, before, raw + 1, size, step);
    return true;
}

static void scatter_pixels(const pass *p, const uint8_t *rgb, uint32_t count, uint8_t *to) {
    to += 3 * (size_t)p->x;
    for (uint32_t i = 0; i < count; i++, rgb += 3, to += 3 * (size_t)p->dx) {
        to[0] = rgb[0];
        to[1] = rgb[1];
        to[2] = rgb[2];
    }
}

static bool read_pass(png_decoder *d, const pass *p, const rgb_image *out, refusal *why) {
    uint32_t width = count_steps(out->width, p->x, p->dx);
    size_t size = measure_row(&d->png, width);
    if (width == 0) return true;
    memset(d->before, 0, size);
    for (uint32_t y = p->y; y < out->height; y += p->dy) {
        if (!read_row(d, d->row, d->before, size, why)) return false;
        uint8_t *to = out->pixels + 3 * (size_t)out->width * y;
        /* Of an interlaced image the row below has pixels already: nothing may be written behind this one. */
        expand_row(&d->expander, d->row, width, p->dy == 1 ? to : d->rgb);
        if (p->dy != 1) scatter_pixels(p, d->rgb, width, to);
        uint8_t *above = d->row;
        d->row = d->before;
        d->before = above;
    }
    return true;
}

/* Rows that are RGB already are unfiltered where they belong. */
static bool read_plain_rgb(png_decoder *d, const rgb_image *out, refusal *why) {
    size_t size = 3 * (size_t)out->width;
    memset(d->before, 0, size);
    const uint8_t *before = d->before;
    for (uint32_t y = 0; y < out->height; y++) {
        uint8_t *row = out->pixels + size * y;
        if (!read_row(d, row, before, size, why)) return false;
        before = row;
    }
    return true;
}

static bool read_image(png_decoder *d, const rgb_image *out, refusal *why) {
    const png_header *png = &d->png;
    if (png->interlaced) {
        for (int i = 0; i < 7; i++)
            if (!read_pass(d, &ADAM7[i], out, why)) return false;
        return true;
    }
    bool is_plain_rgb = png->colour_type == TRUECOLOUR && png->depth == 8 && !png->has_key;
    return is_plain_rgb ? read_plain_rgb(d, out, why) : read_pass(d, &WHOLE, out, why);
}

/* A stream that stopped because no further IDAT could be read is refused for that chunk's fault. */
static decode_code explain(const png_decoder *d, refusal *why) {
    if (why->code == DECODE_TRUNCATED && d->data.why.code != DECODE_OK) *why = d->data.why;
    return why->code;
}

decode_code decode_png(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why) {
    png_decoder *d = allocate_zeros(sizeof *d);
    if (!d) return refuse(why, DECODE_OUT_OF_MEMORY, "no memory for the tables");
    build_crc_tables(&d->crc);
    d->data.crc = &d->crc;
    if (read_png_header(bytes, size, &d->png, &d->data, why) != DECODE_OK) return why->code;
    uint64_t total = measure_data(&d->png);
    if (total / MAX_RATIO > size) return refuse(why, DECODE_TRUNCATED, "a PNG with too few bytes for its pixels");
    if (!allocate_rows(d, out) ||
        !open_zlib_stream(&d->stream, &d->data.source, 1 + measure_row(&d->png, d->png.width), total))
        return refuse(why, DECODE_OUT_OF_MEMORY, "a PNG larger than memory");
    if (!read_image(d, out, why)) return explain(d, why);
    if (close_zlib_stream(&d->stream, total + WASTE, why) != DECODE_OK) return explain(d, why);
    return finish_idat(&d->data, why);
}
