/* Decodes a GIF's first frame on its canvas. What the frame leaves open has index 0, or is transparent where an index is. */
#include "../../memory.h"
#include "gif.h"

enum { ROOM = 32, WHITE = 255, MAX_RATIO = 2731 }; /* of LZW: a code of 12 bits stands for 4096 pixels at most */

/* RGB of each index. Without a palette, and where it is a ramp of grays, an index is a gray; beyond a palette it is black. */
static void fill_table(const gif_frame *frame, uint8_t table[256][4]) {
    bool is_ramp = true;
    for (uint32_t i = 0; frame->palette && i < 3 * frame->palette_size; i++) is_ramp &= frame->palette[i] == i / 3;
    for (uint32_t i = 0; i < 256; i++) {
        if (is_ramp)
            memset(table[i], (int)i, 3);
        else if (i < frame->palette_size)
            memcpy(table[i], frame->palette + 3 * (size_t)i, 3);
        else
            memset(table[i], 0, 3);
    }
    if (frame->has_transparent) memset(table[frame->transparent], WHITE, 3);
}

static void fill_canvas(const rgb_image *out, const uint8_t *colour) {
    size_t count = (size_t)out->width * out->height;
    uint8_t *to = out->pixels;
    for (size_t i = 0; i < count; i++, to += 3) memcpy(to, colour, 3);
}

static void write_row(const uint8_t *indices, uint32_t width, uint8_t table[256][4], uint8_t *rgb) {
    for (uint32_t x = 0; x < width; x++, rgb += 3) memcpy(rgb, table[indices[x]], 3);
}

/* Appendix E: every 8th row from 0, every 8th from 4, every 4th from 2, every 2nd from 1. */
static void write_rows(const gif_frame *frame, const uint8_t *indices, uint8_t table[256][4], const rgb_image *out) {
    static const uint8_t FIRST[4] = {0, 4, 2, 1}, STEP[4] = {8, 8, 4, 2};
    for (uint32_t i = 0; i < (frame->interlaced ? 4 : 1); i++) {
        uint32_t first = frame->interlaced ? FIRST[i] : 0, step = frame->interlaced ? STEP[i] : 1;
        for (uint32_t y = first; y < frame->frame_height; y += step, indices += frame->frame_width) {
            size_t pixel = (size_t)(frame->y + y) * out->width + frame->x;
            write_row(indices, frame->frame_width, table, out->pixels + 3 * pixel);
        }
    }
}

decode_code decode_gif(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why) {
    gif_frame frame;
    uint8_t table[256][4];
    if (read_gif_frame(bytes, size, &frame, why) != DECODE_OK) return why->code;
    size_t count = (size_t)frame.frame_width * frame.frame_height;
    if (count / MAX_RATIO > size) return refuse(why, DECODE_TRUNCATED, "a GIF with too few bytes for its pixels");
    out->width = frame.width;
    out->height = frame.height;
    out->pixels = allocate(3 * (size_t)frame.width * frame.height);
    uint8_t *indices = allocate(count + ROOM);
    if (!out->pixels || !indices) return refuse(why, DECODE_OUT_OF_MEMORY, "a GIF larger than memory");
    if (decode_lzw(bytes, size, &frame, indices, count, why) != DECODE_OK) return why->code;
    fill_table(&frame, table);
    if (frame.frame_width != out->width || frame.frame_height != out->height)
        fill_canvas(out, table[frame.has_transparent ? frame.transparent : 0]);
    write_rows(&frame, indices, table, out);
    return DECODE_OK;
}
