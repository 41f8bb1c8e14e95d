/* The ALPH chunk (WebP container specification, "Alpha"): a plane of bytes, plain or as the green of a VP8L image. */
#include "lossless/vp8l.h"
#include "webp.h"

enum { NO_ALPHA_FILTER, HORIZONTAL, VERTICAL, GRADIENT };

static inline uint8_t clip(int32_t value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

/* Each byte is the difference to the one before; the first, to the one above it. */
static void undo_horizontal(uint8_t *row, uint8_t before, uint32_t width) {
    ROLLED for (uint32_t x = 0; x < width; x++) row[x] = before = (uint8_t)(before + row[x]);
}

static void undo_vertical(uint8_t *row, const uint8_t *above, uint32_t width) {
    for (uint32_t x = 0; x < width; x++) row[x] = (uint8_t)(row[x] + above[x]);
}

static void undo_gradient(uint8_t *row, const uint8_t *above, uint32_t width) {
    uint8_t left = row[0] = (uint8_t)(row[0] + above[0]);
    ROLLED for (uint32_t x = 1; x < width; x++)
        row[x] = left = (uint8_t)(row[x] + clip(left + above[x] - above[x - 1]));
}

static void undo_filter(uint32_t filter, uint8_t *plane, uint32_t width, uint32_t height) {
    if (filter == NO_ALPHA_FILTER) return;
    undo_horizontal(plane, 0, width);
    for (uint32_t y = 1; y < height; y++) {
        uint8_t *above = plane + (size_t)(y - 1) * width, *row = above + width;
        if (filter == HORIZONTAL)
            undo_horizontal(row, above[0], width);
        else if (filter == VERTICAL)
            undo_vertical(row, above, width);
        else
            undo_gradient(row, above, width);
    }
}

decode_code decode_alpha(byte_span chunk, uint32_t width, uint32_t height, uint8_t *plane, refusal *why) {
    if (chunk.size < 2) return refuse(why, DECODE_TRUNCATED, "a WebP alpha chunk without data");
    uint32_t compression = chunk.bytes[0] & 3, filter = chunk.bytes[0] >> 2 & 3, preprocessing = chunk.bytes[0] >> 4;
    if (compression > 1 || preprocessing > 1)
        return refuse(why, DECODE_CORRUPT, "a WebP alpha chunk of an unknown kind");
    byte_span data = {chunk.bytes + 1, chunk.size - 1};
    size_t count = (size_t)width * height;
    if (compression) {
        decode_code code = decode_alpha_stream(data, width, height, plane, why);
        if (code) return code;
    } else {
        if (data.size < count) return refuse(why, DECODE_TRUNCATED, "a WebP alpha chunk that ends early");
        memcpy(plane, data.bytes, count);
    }
    undo_filter(filter, plane, width, height);
    return DECODE_OK;
}
