/* Decodes BI_RLE8 and BI_RLE4 ("Bitmap Compression", Win32). Pixels that a jump or a line's end passes over have index 0; a
   run stops at its row's end, while absolute pixels go on in the next row, as in Pillow. */
#include "../../memory.h"
#include "bmp.h"

typedef struct {
    const uint8_t *bytes;
    size_t size, in;
    uint8_t *indices;
    uint64_t at, count, column;
    uint32_t width;
    bool has_nibbles;
} rle_decoder;

static void write_zeros(rle_decoder *d, uint64_t count) {
    if (count > d->count - d->at) count = d->count - d->at;
    memset(d->indices + d->at, 0, (size_t)count);
    d->at += count;
}

static void write_run(rle_decoder *d, uint32_t length, uint8_t value) {
    if (d->column + length > d->width) length = d->column < d->width ? (uint32_t)(d->width - d->column) : 0;
    if (length > d->count - d->at) length = (uint32_t)(d->count - d->at);
    uint8_t *to = d->indices + d->at;
    if (d->has_nibbles)
        for (uint32_t i = 0; i < length; i++) to[i] = i & 1 ? value & 15 : value >> 4;
    else
        memset(to, value, length);
    d->at += length;
    d->column += length;
}

/* Copies pixels as they are; they end at a 16-bit boundary of the file. */
static bool copy_absolute(rle_decoder *d, uint32_t length) {
    uint32_t count = d->count - d->at < length ? (uint32_t)(d->count - d->at) : length;
    uint32_t bytes = d->has_nibbles ? (count + 1) / 2 : count;
    if (d->size - d->in < bytes) return false;
    const uint8_t *from = d->bytes + d->in;
    for (uint32_t i = 0; i < count; i++)
        d->indices[d->at + i] = !d->has_nibbles ? from[i] : i & 1 ? from[i / 2] & 15 : from[i / 2] >> 4;
    d->at += count;
    d->column += length;
    d->in += bytes;
    if (d->in & 1 && d->in < d->size) d->in++;
    return true;
}

/* Follows an escape: end of line, end of bitmap, jump, or pixels as they are. False where the data end. */
static bool follow_escape(rle_decoder *d, uint8_t escape) {
    if (escape == 1) return false;
    if (escape > 2) return copy_absolute(d, escape);
    if (escape == 0) {
        uint64_t column = d->at % d->width;
        if (column) write_zeros(d, d->width - column);
        d->column = 0;
        return true;
    }
    if (d->size - d->in < 2) return false;
    write_zeros(d, d->bytes[d->in] + (uint64_t)d->bytes[d->in + 1] * d->width);
    d->in += 2;
    d->column = d->at % d->width;
    return true;
}

decode_code decode_rle(const uint8_t *bytes, size_t size, const bmp_header *bmp, uint8_t *indices, refusal *why) {
    rle_decoder d = {.bytes = bytes, .size = size, .in = (size_t)bmp->data, .indices = indices, .width = bmp->width};
    d.count = (uint64_t)bmp->width * bmp->height;
    d.has_nibbles = bmp->compression == BI_RLE4;
    while (d.at < d.count) {
        bool goes_on = d.size - d.in >= 2;
        if (goes_on) {
            uint8_t length = bytes[d.in], value = bytes[d.in + 1];
            d.in += 2;
            if (length)
                write_run(&d, length, value);
            else
                goes_on = follow_escape(&d, value);
        }
        if (!goes_on) return refuse(why, DECODE_TRUNCATED, "a BMP whose runs end before its last row");
    }
    return DECODE_OK;
}
