/* The RIFF container (WebP container specification), as strict as libwebp's demuxer is where a whole file is there. */
#include "webp.h"

enum {
    CHUNK_HEADER = 8,
    RIFF_HEADER = 12,
    VP8X_SIZE = 10,
    ANIM_SIZE = 6,
    ANMF_SIZE = 16,
    VP8_START = 10,
    VP8L_START = 5
};
enum { ANIMATION_FLAG = 0x02, ALPHA_FLAG = 0x10, KNOWN_FLAGS = 0x3e };
#define MAX_PAYLOAD 0xfffffff6u

#define FOUR_CC(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)
#define VP8 FOUR_CC('V', 'P', '8', ' ')
#define VP8L FOUR_CC('V', 'P', '8', 'L')
#define VP8X FOUR_CC('V', 'P', '8', 'X')
#define ALPH FOUR_CC('A', 'L', 'P', 'H')
#define ANIM FOUR_CC('A', 'N', 'I', 'M')
#define ANMF FOUR_CC('A', 'N', 'M', 'F')

/* What is between here and the end of the RIFF chunk. */
typedef struct {
    const uint8_t *at, *end;
} reader;

typedef struct {
    uint32_t type, size; /* as stated */
    byte_span payload;   /* with the byte that pads an odd size */
} chunk;

static size_t count_left(const reader *file) { return (size_t)(file->end - file->at); }

/* The chunk at `file`, without passing it. */
static COLD decode_code read_chunk(const reader *file, chunk *found, refusal *why) {
    if (count_left(file) == 0) return refuse(why, DECODE_TRUNCATED, "a WebP file that ends before its image");
    if (count_left(file) < CHUNK_HEADER) return refuse(why, DECODE_CORRUPT, "bytes between the chunks of a WebP file");
    found->type = read_u32(file->at);
    found->size = read_u32(file->at + 4);
    found->payload.bytes = file->at + CHUNK_HEADER;
    found->payload.size = (size_t)found->size + (found->size & 1);
    if (found->size > MAX_PAYLOAD || found->payload.size > count_left(file) - CHUNK_HEADER)
        return refuse(why, DECODE_CORRUPT, "a WebP chunk that reaches beyond the file");
    return DECODE_OK;
}

static void pass_chunk(reader *file, const chunk *passed) { file->at = passed->payload.bytes + passed->payload.size; }

/* RFC 6386, section 9.1. */
static COLD decode_code read_vp8_size(const chunk *image, webp_frame *frame, refusal *why) {
    const uint8_t *start = image->payload.bytes;
    if (image->payload.size < VP8_START) return refuse(why, DECODE_TRUNCATED, "a VP8 chunk without a header");
    uint32_t tag = read_u24(start);
    if (start[3] != 0x9d || start[4] != 0x01 || start[5] != 0x2a)
        return refuse(why, DECODE_CORRUPT, "a VP8 chunk without its start code");
    if (tag & 1) return refuse(why, DECODE_CORRUPT, "a VP8 frame that depends on another");
    if ((tag >> 1 & 7) > 3) return refuse(why, DECODE_UNSUPPORTED, "a VP8 profile above 3");
    if (!(tag >> 4 & 1)) return refuse(why, DECODE_CORRUPT, "a VP8 frame that is not to be shown");
    if (tag >> 5 >= image->size) return refuse(why, DECODE_TRUNCATED, "a VP8 chunk that ends in its first partition");
    frame->width = read_u16(start + 6) & 0x3fff;
    frame->height = read_u16(start + 8) & 0x3fff;
    frame->lossless = false;
    frame->opaque = false;
    return DECODE_OK;
}

/* WebP lossless specification, section 3. */
static COLD decode_code read_vp8l_size(const chunk *image, webp_frame *frame, refusal *why) {
    const uint8_t *start = image->payload.bytes;
    if (image->payload.size < VP8L_START) return refuse(why, DECODE_TRUNCATED, "a VP8L chunk without a header");
    if (start[0] != 0x2f || start[4] >> 5 != 0) return refuse(why, DECODE_CORRUPT, "a VP8L chunk of another version");
    uint32_t sizes = read_u32(start + 1);
    frame->width = (sizes & 0x3fff) + 1;
    frame->height = (sizes >> 14 & 0x3fff) + 1;
    frame->lossless = true;
    frame->opaque = !(sizes >> 28 & 1);
    return DECODE_OK;
}

/* The chunks of one frame: an image, and perhaps its alpha before. Stops at the first chunk that is no more of it. */
static COLD decode_code read_frame_chunks(reader *file, webp_frame *frame, refusal *why) {
    do {
        chunk next;
        decode_code code = read_chunk(file, &next, why);
        if (code) return code;
        if (next.type == ALPH) {
            if (frame->alpha.bytes) return DECODE_OK;
            frame->alpha = (byte_span){next.payload.bytes, next.size};
        } else if (next.type == VP8 || next.type == VP8L) {
            if (next.type == VP8L && frame->alpha.bytes)
                return refuse(why, DECODE_CORRUPT, "a VP8L chunk with an ALPH chunk");
            if (frame->image.bytes) return DECODE_OK;
            frame->image = next.payload;
            code = next.type == VP8 ? read_vp8_size(&next, frame, why) : read_vp8l_size(&next, frame, why);
            if (code) return code;
        } else {
            return DECODE_OK;
        }
        pass_chunk(file, &next);
    } while (file->at != file->end);
    return DECODE_OK;
}

static COLD decode_code check_frame(const webp_frame *frame, refusal *why) {
    if (!frame->image.bytes) return refuse(why, DECODE_CORRUPT, "a WebP frame without an image");
    if (frame->width == 0 || frame->height == 0) return refuse(why, DECODE_CORRUPT, "an image without pixels");
    if (frame->alpha.bytes > frame->image.bytes) return refuse(why, DECODE_CORRUPT, "an ALPH chunk behind its image");
    bool fits = (uint64_t)frame->x + frame->width <= frame->canvas_width &&
                (uint64_t)frame->y + frame->height <= frame->canvas_height;
    bool fills = frame->width == frame->canvas_width && frame->height == frame->canvas_height;
    if (!fits || (!frame->animated && !fills))
        return refuse(why, DECODE_CORRUPT, "a WebP frame that does not fit its canvas");
    return DECODE_OK;
}

/* One frame of an animation: its place, then its chunks. */
static COLD decode_code read_animation_frame(reader *file, const chunk *found, const webp_frame *canvas,
                                             webp_frame *frame, refusal *why) {
    if (found->payload.size < ANMF_SIZE) return refuse(why, DECODE_CORRUPT, "an ANMF chunk without its header");
    const uint8_t *start = found->payload.bytes;
    *frame = *canvas;
    frame->x = 2 * read_u24(start);
    frame->y = 2 * read_u24(start + 3);
    /* The sizes stated here are not used, but must be possible. */
    if ((uint64_t)(1 + read_u24(start + 6)) * (1 + read_u24(start + 9)) > UINT32_MAX)
        return refuse(why, DECODE_CORRUPT, "an ANMF chunk of 2^32 pixels");
    file->at = start + ANMF_SIZE;
    decode_code code = read_frame_chunks(file, frame, why);
    if (code) return code;
    if (file->at > start + found->payload.size)
        return refuse(why, DECODE_CORRUPT, "an ANMF chunk smaller than its frame");
    return DECODE_OK;
}

/* The chunks after VP8X. All are read: a frame that lacks data is found wherever it is. */
static COLD decode_code read_extended_chunks(reader *file, const webp_frame *canvas, bool has_alpha, webp_frame *frame,
                                             refusal *why) {
    bool has_animation = false;
    frame->image.bytes = NULL;
    do {
        chunk next;
        webp_frame read = *canvas;
        decode_code code = read_chunk(file, &next, why);
        if (code) return code;
        if (next.type == VP8X) return refuse(why, DECODE_CORRUPT, "two VP8X chunks");
        if (next.type == ANMF) {
            if (!has_animation) return refuse(why, DECODE_CORRUPT, "an ANMF chunk before ANIM");
            code = read_animation_frame(file, &next, canvas, &read, why);
            /* Without the flag, frames are read but not used. */
            bool is_frame = canvas->animated && (read.image.bytes || read.alpha.bytes);
            if (!code && is_frame) code = check_frame(&read, why);
            if (code) return code;
            read.opaque = !has_alpha;
            if (is_frame && !frame->image.bytes) *frame = read;
        } else if (next.type == ALPH || next.type == VP8 || next.type == VP8L) {
            if (has_animation || canvas->animated || frame->image.bytes)
                return refuse(why, DECODE_CORRUPT, "more than one image outside of frames");
            code = read_frame_chunks(file, &read, why);
            if (!has_alpha) read.alpha = (byte_span){NULL, 0};
            if (!code) code = check_frame(&read, why);
            if (code) return code;
            *frame = read;
        } else {
            if (next.type == ANIM && next.payload.size < ANIM_SIZE)
                return refuse(why, DECODE_CORRUPT, "an ANIM chunk that is too small");
            has_animation = has_animation || next.type == ANIM;
            pass_chunk(file, &next);
        }
    } while (file->at != file->end);
    return frame->image.bytes ? DECODE_OK : refuse(why, DECODE_TRUNCATED, "a WebP file without an image");
}

static COLD decode_code read_extended(reader *file, const chunk *first, webp_frame *frame, refusal *why) {
    if (first->size != VP8X_SIZE) return refuse(why, DECODE_CORRUPT, "a VP8X chunk not of 10 bytes");
    const uint8_t *start = first->payload.bytes;
    if (start[0] & ~KNOWN_FLAGS) return refuse(why, DECODE_CORRUPT, "flags of VP8X that are reserved");
    webp_frame canvas = {.canvas_width = 1 + read_u24(start + 4),
                         .canvas_height = 1 + read_u24(start + 7),
                         .animated = start[0] & ANIMATION_FLAG};
    pass_chunk(file, first);
    return read_extended_chunks(file, &canvas, start[0] & ALPHA_FLAG, frame, why);
}

decode_code read_container(const uint8_t *bytes, size_t size, webp_frame *frame, refusal *why) {
    if (size < RIFF_HEADER + CHUNK_HEADER) return refuse(why, DECODE_TRUNCATED, "a WebP file without an image");
    if (memcmp(bytes, "RIFF", 4) != 0) return refuse(why, DECODE_FORMAT, "WEBP without RIFF before it");
    uint32_t stated = read_u32(bytes + 4);
    if (stated < CHUNK_HEADER || stated > MAX_PAYLOAD)
        return refuse(why, DECODE_CORRUPT, "a RIFF chunk of an impossible size");
    if (stated > size - CHUNK_HEADER) return refuse(why, DECODE_TRUNCATED, "a WebP file shorter than it states");
    reader file = {bytes + RIFF_HEADER, bytes + CHUNK_HEADER + stated};
    chunk first;
    decode_code code = read_chunk(&file, &first, why);
    if (code) return code;
    *frame = (webp_frame){0};
    if (first.type == VP8X) return read_extended(&file, &first, frame, why);
    if (first.type != VP8 && first.type != VP8L)
        return refuse(why, DECODE_CORRUPT, "a WebP file whose first chunk is no image");
    code = read_frame_chunks(&file, frame, why);
    if (code) return code;
    frame->alpha = (byte_span){NULL, 0};
    frame->canvas_width = frame->width;
    frame->canvas_height = frame->height;
    return check_frame(frame, why);
}
