/* Decoding of a WebP file: its still image, or the first frame of its animation on the canvas. */
#include "webp.h"

#define MAX_LOSSLESS_PIXELS_OF_SMALL_FILE ((uint64_t)1 << 25)

/* Spreads the frame's rows, which lie at the begin of `pixels`, over the canvas, from the last to the first. What is
   outside the frame is transparent, so white; or black where the file has no alpha, as Pillow shows it. */
static COLD void place_on_canvas(const webp_frame *frame, uint8_t *pixels) {
    size_t canvas_row = (size_t)frame->canvas_width * 3, frame_row = (size_t)frame->width * 3;
    int background = frame->opaque ? 0 : 255;
    uint8_t *end = pixels + canvas_row * frame->canvas_height;
    for (uint32_t y = frame->height; y-- > 0;) {
        uint8_t *to = pixels + (frame->y + y) * canvas_row + (size_t)frame->x * 3;
        memmove(to, pixels + y * frame_row, frame_row);
        memset(to + frame_row, background, (size_t)(end - to) - frame_row);
        end = to;
    }
    memset(pixels, background, (size_t)(end - pixels));
}

/* A small file can describe many lossless pixels, each of which takes several times the work of a lossy one. */
static COLD decode_code check_lossless_work(const webp_frame *frame, size_t file_size, refusal *why) {
    if (file_size >= SMALL_FILE || (uint64_t)frame->width * frame->height <= MAX_LOSSLESS_PIXELS_OF_SMALL_FILE)
        return DECODE_OK;
    return refuse(why, DECODE_TOO_MUCH_WORK, "more than 2^25 lossless pixels in a file under 1 MiB");
}

decode_code decode_webp(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why) {
    webp_frame frame;
    decode_code code = read_container(bytes, size, &frame, why);
    if (!code) code = check_size(frame.canvas_width, frame.canvas_height, size, why);
    if (!code && (frame.lossless || frame.alpha.bytes)) code = check_lossless_work(&frame, size, why);
    if (code) return code;

    /* Four bytes a pixel: coded lossless pixels, which become RGB in place; or alpha, and RGB behind it. */
    bool has_alpha = frame.alpha.bytes != NULL;
    size_t canvas = (size_t)frame.canvas_width * frame.canvas_height, pixels = (size_t)frame.width * frame.height;
    size_t room = 3 * canvas + (has_alpha ? pixels : 0);
    if ((frame.lossless || has_alpha) && room < 4 * pixels) room = 4 * pixels;
    uint8_t *memory = allocate(room);
    if (!memory) return refuse(why, DECODE_OUT_OF_MEMORY, "no memory for a WebP image");
    uint8_t *rgb = memory + (has_alpha ? pixels : 0);
    size_t mark = mark_memory();
    if (frame.lossless) {
        code = decode_lossless(frame.image, frame.opaque, memory, why);
    } else {
        if (has_alpha) code = decode_alpha(frame.alpha, frame.width, frame.height, memory, why);
        release_memory(mark);
        if (!code) code = decode_lossy(frame.image, has_alpha && !frame.opaque ? memory : NULL, rgb, why);
    }
    release_memory(mark);
    if (code) return code;
    if (frame.animated) place_on_canvas(&frame, rgb);
    out->pixels = rgb;
    out->width = frame.canvas_width;
    out->height = frame.canvas_height;
    return DECODE_OK;
}
