/* Turns a PNG's samples into RGB over white. */
#include "../../memory.h"
#include "../../simd.h"
#include "../over_white.h"
#include "png.h"

enum { WHITE = 255 };

static void set_entry(uint8_t *entry, const uint8_t *colour, uint8_t alpha) {
    for (int i = 0; i < 3; i++) entry[i] = put_over_white(colour[i], alpha);
}

/* A gray of 1, 2 or 4 bits is scaled to 8 (section 13.12); 16 bits keep the high byte, and have no table. */
static void fill_table(row_expander *expander) {
    const png_header *png = expander->png;
    uint32_t depth = png->depth < 8 ? png->depth : 8, largest = (1u << depth) - 1;
    for (uint32_t i = 0; i < 256; i++) {
        if (png->colour_type == INDEXED) {
            /* An index beyond the palette is black. */
            static const uint8_t BLACK[3] = {0, 0, 0};
            bool is_known = i < png->palette_size;
            set_entry(expander->table[i], is_known ? png->palette[i] : BLACK, is_known ? png->alpha[i] : 255);
        } else {
            uint8_t gray = (uint8_t)((i & largest) * (255 / largest));
            if (png->has_key && png->depth <= 8 && i == png->key[0]) gray = WHITE;
            memset(expander->table[i], gray, 3);
        }
    }
}

void prepare_expander(row_expander *expander, const png_header *png, uint8_t *samples) {
    expander->png = png;
    expander->samples = samples;
    fill_table(expander);
}

/* Spreads samples of 1, 2 or 4 bits, highest first, over bytes; writes whole bytes' worth of them. */
static void unpack_samples(const uint8_t *row, uint32_t depth, uint32_t width, uint8_t *samples) {
    uint32_t per_byte = 8 / depth, mask = (1u << depth) - 1;
    for (uint32_t x = 0; x < width; x += per_byte, row++)
        for (uint32_t k = 0, shift = 8 - depth; k < per_byte; k++, shift -= depth)
            samples[x + k] = (uint8_t)(*row >> (shift & 7) & mask);
}

/* Samples of 16 bits keep their high byte. */
static void keep_high_bytes(const uint8_t *row, size_t count, uint8_t *samples) {
    size_t i = 0;
#if WEBPARITY_SIMD
    for (; i + 16 <= count; i += 16)
        wasm_v128_store(samples + i, wasm_i8x16_shuffle(wasm_v128_load(row + 2 * i), wasm_v128_load(row + 2 * i + 16), 0, 2, 4,
                                                        6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
#endif
    for (; i < count; i++) samples[i] = row[2 * i];
}

static void look_up_colours(const row_expander *expander, const uint8_t *samples, uint32_t width, uint8_t *rgb) {
    /* Four bytes are written at once; the fourth is the next pixel's, or room behind the row. */
    for (uint32_t x = 0; x < width; x++) memcpy(rgb + 3 * (size_t)x, expander->table[samples[x]], 4);
}

static void repeat_gray(const uint8_t *samples, uint32_t width, uint8_t *rgb) {
    uint32_t x = 0;
#if WEBPARITY_SIMD
    for (; x + 16 <= width; x += 16, rgb += 48) {
        v128_t gray = wasm_v128_load(samples + x);
        wasm_v128_store(rgb, wasm_i8x16_shuffle(gray, gray, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5));
        wasm_v128_store(rgb + 16, wasm_i8x16_shuffle(gray, gray, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10));
        wasm_v128_store(rgb + 32, wasm_i8x16_shuffle(gray, gray, 10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15));
    }
#endif
    for (; x < width; x++, rgb += 3) rgb[0] = rgb[1] = rgb[2] = samples[x];
}

#if WEBPARITY_SIMD
/* Writes four pixels' RGB over white from colours and their alphas; 16 bytes, of which 12 count. */
static inline void blend_four(v128_t colours, v128_t alphas, uint8_t *rgb) {
    wasm_v128_store(rgb, put_16_over_white(colours, alphas));
}
#endif

static void blend_rgba(const uint8_t *samples, uint32_t width, uint8_t *rgb) {
    uint32_t x = 0;
#if WEBPARITY_SIMD
    for (; x + 4 <= width; x += 4, rgb += 12) {
        v128_t four = wasm_v128_load(samples + 4 * (size_t)x);
        blend_four(wasm_i8x16_shuffle(four, four, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0),
                   wasm_i8x16_shuffle(four, four, 3, 3, 3, 7, 7, 7, 11, 11, 11, 15, 15, 15, 0, 0, 0, 0), rgb);
    }
#endif
    for (const uint8_t *s = samples + 4 * (size_t)x; x < width; x++, s += 4, rgb += 3)
        for (int i = 0; i < 3; i++) rgb[i] = put_over_white(s[i], s[3]);
}

static void blend_gray(const uint8_t *samples, uint32_t width, uint8_t *rgb) {
    uint32_t x = 0;
#if WEBPARITY_SIMD
    for (; x + 4 <= width; x += 4, rgb += 12) {
        v128_t four = wasm_v128_load64_zero(samples + 2 * (size_t)x);
        blend_four(wasm_i8x16_shuffle(four, four, 0, 0, 0, 2, 2, 2, 4, 4, 4, 6, 6, 6, 0, 0, 0, 0),
                   wasm_i8x16_shuffle(four, four, 1, 1, 1, 3, 3, 3, 5, 5, 5, 7, 7, 7, 0, 0, 0, 0), rgb);
    }
#endif
    for (const uint8_t *s = samples + 2 * (size_t)x; x < width; x++, s += 2, rgb += 3)
        memset(rgb, put_over_white(s[0], s[1]), 3);
}

/* The transparent colour becomes white; it is compared at the file's own depth. */
static void whiten_key(const png_header *png, const uint8_t *row, uint32_t width, uint8_t *rgb) {
    uint32_t channels = png->channels, bytes = png->depth / 8;
    for (uint32_t x = 0; x < width; x++, rgb += 3) {
        bool is_key = true;
        for (uint32_t i = 0; i < channels; i++, row += bytes)
            is_key &= (bytes == 2 ? row[0] << 8 | row[1] : row[0]) == png->key[i];
        if (is_key) memset(rgb, WHITE, 3);
    }
}

void expand_row(const row_expander *expander, const uint8_t *row, uint32_t width, uint8_t *rgb) {
    const png_header *png = expander->png;
    const uint8_t *samples = row;
    if (png->depth != 8) {
        samples = expander->samples;
        if (png->depth == 16)
            keep_high_bytes(row, (size_t)width * png->channels, expander->samples);
        else
            unpack_samples(row, png->depth, width, expander->samples);
    }
    bool is_plain_gray = png->colour_type == GRAY && png->depth >= 8 && !(png->has_key && png->depth == 8);
    if (png->colour_type == TRUECOLOUR)
        memcpy(rgb, samples, 3 * (size_t)width);
    else if (png->colour_type == TRUECOLOUR_ALPHA)
        blend_rgba(samples, width, rgb);
    else if (png->colour_type == GRAY_ALPHA)
        blend_gray(samples, width, rgb);
    else if (is_plain_gray)
        repeat_gray(samples, width, rgb);
    else
        look_up_colours(expander, samples, width, rgb);
    bool has_wide_key = png->colour_type == TRUECOLOUR || (png->colour_type == GRAY && png->depth == 16);
    if (png->has_key && has_wide_key) whiten_key(png, row, width, rgb);
}
