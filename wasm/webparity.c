/* What hosts call: one file at a time, from its room to its pixels. */
#include "webparity.h"

#include "decode/decode.h"
#include "memory.h"

/* The file that is being decoded, and its image; replaced by the next reserve_input. */
static struct {
    size_t mark; /* where the arena ended before the file */
    bool marked;
    uint8_t *input;
    size_t reserved;
    rgb_image image;
    refusal why;
} session;

uint8_t *reserve_input(size_t size) {
    if (session.marked) release_memory(session.mark);
    session.mark = mark_memory();
    session.marked = true;
    session.image = (rgb_image){0};
    session.why = (refusal){DECODE_OK, ""};
    session.input = allocate(size);
    session.reserved = session.input ? size : 0;
    return session.input;
}

static bool has_room(size_t size) { return session.input && size <= session.reserved; }

decode_code judge_start(size_t size) {
    if (!has_room(size)) return refuse(&session.why, DECODE_OUT_OF_MEMORY, "a file without reserved room");
    return find_decoder(session.input, size, &session.why) ? DECODE_OK : session.why.code;
}

decode_code decode_image(size_t size) {
    session.image = (rgb_image){0};
    session.why = (refusal){DECODE_OK, ""};
    if (!has_room(size)) return refuse(&session.why, DECODE_OUT_OF_MEMORY, "a file without reserved room");
    decoder *decode = find_decoder(session.input, size, &session.why);
    if (!decode) return session.why.code;
    decode_code code = decode(session.input, size, &session.image, &session.why);
    if (code != DECODE_OK) session.image = (rgb_image){0};
    return code;
}

const uint8_t *get_pixels(void) { return session.image.pixels; }

uint32_t get_width(void) { return session.image.width; }

uint32_t get_height(void) { return session.image.height; }

const char *get_received(void) { return session.why.received ? session.why.received : ""; }
