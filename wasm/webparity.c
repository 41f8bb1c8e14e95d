/* What hosts call: one file at a time, from its room to its pixels. */
#include "webparity.h"

#include "decode/decode.h"
#include "memory.h"

/* The file that is being decoded, and what became of it; replaced by the next reserve_input. */
static struct {
    size_t mark; /* where the arena ended before the file */
    bool marked;
    uint8_t *input;
    size_t reserved;
    decode_result result;
} session;

uint8_t *reserve_input(size_t size) {
    if (session.marked) release_memory(session.mark);
    session.mark = mark_memory();
    session.marked = true;
    session.result = (decode_result){.received = ""};
    session.input = allocate(size);
    session.reserved = session.input ? size : 0;
    return session.input;
}

static const decode_result *end_with(rgb_image image, refusal why) {
    session.result = (decode_result){why.code, image.width, image.height, image.pixels, why.received};
    return &session.result;
}

static decoder *find_decoder_of_input(size_t size, refusal *why) {
    if (session.input && size <= session.reserved) return find_decoder(session.input, size, why);
    refuse(why, DECODE_OUT_OF_MEMORY, "a file without reserved room");
    return NULL;
}

const decode_result *judge_start(size_t size) {
    refusal why = {DECODE_OK, ""};
    find_decoder_of_input(size, &why);
    return end_with((rgb_image){0}, why);
}

const decode_result *decode_image(size_t size) {
    refusal why = {DECODE_OK, ""};
    rgb_image image = {0};
    decoder *decode = find_decoder_of_input(size, &why);
    if (!decode) return end_with(image, why);
    /* What a decoder forgave may have left a reason behind. */
    if (decode(session.input, size, &image, &why) == DECODE_OK) return end_with(image, (refusal){DECODE_OK, ""});
    return end_with((rgb_image){0}, why);
}
