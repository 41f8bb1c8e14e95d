/* Decoding of a VP8L image to RGB, and of a compressed alpha plane to bytes. */
#include "../../over_white.h"
#include "vp8l.h"

enum { HEADER_SIZE = 5 };

/* The colours of pixels over white; what was their alpha has no meaning after. */
static void blend_pixels(uint32_t *row, uint32_t width) {
    uint32_t x = 0;
#if WEBPARITY_SIMD
    for (; x + 4 <= width; x += 4) {
        v128_t pixels = wasm_v128_load(row + x);
        wasm_v128_store(row + x, put_16_over_white(pixels, wasm_i8x16_shuffle(pixels, pixels, 3, 3, 3, 3, 7, 7, 7, 7, 11,
                                                                          11, 11, 11, 15, 15, 15, 15)));
    }
#endif
    SMALL_LOOP for (; x < width; x++) {
        uint32_t alpha = row[x] >> 24;
        row[x] = (uint32_t)put_over_white(row[x] >> 16 & 0xff, alpha) << 16 |
                 (uint32_t)put_over_white(row[x] >> 8 & 0xff, alpha) << 8 | put_over_white(row[x] & 0xff, alpha);
    }
}

static void write_rgb(const uint32_t *row, uint32_t width, uint8_t *rgb) {
    ROLLED for (uint32_t x = 0; x < width; x++, rgb += 3) {
        rgb[0] = (uint8_t)(row[x] >> 16);
        rgb[1] = (uint8_t)(row[x] >> 8);
        rgb[2] = (uint8_t)row[x];
    }
}

static void write_green(const uint32_t *row, uint32_t width, uint8_t *to) {
    ROLLED for (uint32_t x = 0; x < width; x++) to[x] = (uint8_t)(row[x] >> 8);
}

typedef enum { TO_BLENDED, TO_OPAQUE, TO_GREEN } output_kind;

/* The coded pixels lie at the end of `buffer`; samples are written from its begin, and never reach what is unread. */
static decode_code decode_to(byte_span data, uint32_t width, uint32_t height, output_kind kind, uint8_t *buffer,
                             refusal *why) {
    lossless_decoder *decoder = allocate(sizeof *decoder);
    uint32_t *row = allocate(((size_t)width + 1) * sizeof *row),
             *above = allocate_zeros(((size_t)width + 2) * sizeof *above);
    if (!decoder || !row++ || !above++) return refuse(why, DECODE_OUT_OF_MEMORY, "no memory for a WebP image");
    uint32_t *pixels = (uint32_t *)(void *)buffer;
    decode_code code = read_image_stream(decoder, data, width, height, pixels, why);
    if (code) return code;
    size_t coded_width = decoder->coded_width;
    const uint32_t *coded = pixels + (width - coded_width) * height;
    for (uint32_t y = 0; y < height; y++, coded += coded_width) {
        memcpy(row, coded, coded_width * sizeof *row);
        undo_transforms(decoder, y, row, above);
        if (kind == TO_GREEN) {
            write_green(row, width, buffer + (size_t)y * width);
        } else {
            if (kind == TO_BLENDED) blend_pixels(row, width);
            write_rgb(row, width, buffer + (size_t)y * width * 3);
        }
    }
    return DECODE_OK;
}

/* Section 3: the container has checked the header. */
decode_code decode_lossless(byte_span image, bool opaque, uint8_t *pixels, refusal *why) {
    uint32_t sizes = read_u32(image.bytes + 1);
    byte_span data = {image.bytes + HEADER_SIZE, image.size - HEADER_SIZE};
    return decode_to(data, (sizes & 0x3fff) + 1, (sizes >> 14 & 0x3fff) + 1, opaque ? TO_OPAQUE : TO_BLENDED, pixels,
                     why);
}

decode_code decode_alpha_stream(byte_span data, uint32_t width, uint32_t height, uint8_t *plane, refusal *why) {
    return decode_to(data, width, height, TO_GREEN, plane, why);
}
