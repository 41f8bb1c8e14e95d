/* Reads a GIF up to its first image's data. As in Pillow, a canvas grows to hold that image, and bytes that begin no block
   are passed over. */
#include "../../memory.h"
#include "gif.h"

/* Sizes above 8 are allowed by no version of the format; decoders read them all the same, up to codes of 12 bits. */
enum { MAX_CODE_SIZE = 11 };
enum { SCREEN = 13, DESCRIPTOR = 9, EXTENSION = '!', IMAGE = ',', TRAILER = ';', GRAPHIC_CONTROL = 0xf9 };

typedef struct {
    const uint8_t *bytes;
    size_t size, at;
} reader;

/* The next `count` bytes, or NULL. */
static const uint8_t *read_bytes(reader *r, size_t count) {
    if (r->size - r->at < count) return NULL;
    r->at += count;
    return r->bytes + r->at - count;
}

static uint32_t load_16(const uint8_t *bytes) { return bytes[0] | (uint32_t)bytes[1] << 8; }

static decode_code end_early(refusal *why) { return refuse(why, DECODE_TRUNCATED, "a GIF that ends before its first image"); }

/* A table of 2 to 256 colours follows where the flag is set. */
static bool read_palette(reader *r, uint8_t flags, gif_frame *frame) {
    if (!(flags & 128)) return true;
    frame->palette_size = 2u << (flags & 7);
    frame->palette = read_bytes(r, 3 * (size_t)frame->palette_size);
    return frame->palette != NULL;
}

/* Section 23: only whether an index is transparent matters to the pixels. */
static void read_graphic_control(const uint8_t *block, uint32_t length, gif_frame *frame) {
    if (length < 4 || !(block[0] & 1)) return;
    frame->has_transparent = true;
    frame->transparent = block[3];
}

static bool read_extension(reader *r, gif_frame *frame) {
    const uint8_t *label = read_bytes(r, 1), *length;
    if (!label) return false;
    for (bool is_first = true; (length = read_bytes(r, 1)) && *length; is_first = false) {
        const uint8_t *block = read_bytes(r, *length);
        if (!block) return false;
        if (is_first && *label == GRAPHIC_CONTROL) read_graphic_control(block, *length, frame);
    }
    return length != NULL;
}

static decode_code read_descriptor(reader *r, gif_frame *frame, refusal *why) {
    const uint8_t *d = read_bytes(r, DESCRIPTOR);
    if (!d) return end_early(why);
    frame->x = load_16(d);
    frame->y = load_16(d + 2);
    frame->frame_width = load_16(d + 4);
    frame->frame_height = load_16(d + 6);
    frame->interlaced = d[8] & 64;
    if (!read_palette(r, d[8], frame)) return end_early(why);
    const uint8_t *bits = read_bytes(r, 1);
    if (!bits) return end_early(why);
    if (*bits < 1 || *bits > MAX_CODE_SIZE) return refuse(why, DECODE_CORRUPT, "a GIF with an impossible code size");
    frame->code_bits = *bits;
    frame->data = r->at;
    if (frame->x + frame->frame_width > frame->width) frame->width = frame->x + frame->frame_width;
    if (frame->y + frame->frame_height > frame->height) frame->height = frame->y + frame->frame_height;
    if (!frame->frame_width || !frame->frame_height) return refuse(why, DECODE_CORRUPT, "an image without pixels");
    return check_size(frame->width, frame->height, r->size, why);
}

decode_code read_gif_frame(const uint8_t *bytes, size_t size, gif_frame *frame, refusal *why) {
    reader r = {bytes, size, 0};
    const uint8_t *screen = read_bytes(&r, SCREEN);
    *frame = (gif_frame){0};
    if (!screen) return end_early(why);
    frame->width = load_16(screen + 6);
    frame->height = load_16(screen + 8);
    if (!read_palette(&r, screen[10], frame)) return end_early(why);
    for (;;) {
        const uint8_t *introducer = read_bytes(&r, 1);
        if (!introducer) return end_early(why);
        if (*introducer == TRAILER) return refuse(why, DECODE_CORRUPT, "a GIF without an image");
        if (*introducer == IMAGE) return read_descriptor(&r, frame, why);
        if (*introducer == EXTENSION && !read_extension(&r, frame)) return end_early(why);
    }
}
