/* What hosts call: one file at a time, from its room to its pixels; and one program, below the files' memory. */
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

/* The program, and what became of it; replaced by the next reserve_program. */
static struct {
    size_t mark; /* where the arena ended before the program's file */
    size_t file_end;
    bool marked, loaded;
    uint8_t *file;
    size_t reserved;
    program program;
    program_state state;
    value_place place;
} kept;

static void forget_file(void) {
    if (session.marked) release_memory(session.mark);
    session.marked = false;
    session.input = NULL;
    session.reserved = 0;
    session.result = (decode_result){.received = ""};
}

uint8_t *reserve_input(size_t size) {
    forget_file();
    session.mark = mark_memory();
    session.marked = true;
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

/* Gray as OpenCV reads it, by weights of 2^16: libjpeg's for a JPEG of RGB or inks, libpng's, which are not rounded, and
   its own. */
static void make_gray(rgb_image image, decoder *decode) {
    bool png = decode == decode_png;
    uint32_t half = png ? 0 : 1 << 15;
    uint32_t red = 19596 - (decode == decode_jpeg) - 2 * png, green = 38470 - 2 * (png || decode == decode_bmp);
    uint8_t *end = image.pixels + (size_t)image.width * image.height * 3;
    for (uint8_t *p = image.pixels; p < end; p += 3) {
        uint32_t gray = red * p[0] + green * p[1] + (65536 - red - green) * p[2] + half;
        p[0] = p[1] = p[2] = (uint8_t)(gray >> 16);
    }
}

static const decode_result *decode_input(size_t size, bool luma) {
    refusal why = {DECODE_OK, ""};
    rgb_image image = {.luma = luma};
    decoder *decode = find_decoder_of_input(size, &why);
    if (decode && decode(session.input, size, &image, &why) == DECODE_OK) {
        if (image.luma) make_gray(image, decode);
        /* What a decoder forgave may have left a reason behind. */
        return end_with(image, (refusal){DECODE_OK, ""});
    }
    return end_with((rgb_image){0}, why);
}

const decode_result *decode_image(size_t size) { return decode_input(size, false); }

const decode_result *decode_luma(size_t size) { return decode_input(size, true); }

const decode_result *take_pixels(size_t size) {
    enum { HEAD = 8 };
    refusal why = {DECODE_OK, ""};
    uint32_t sides[2] = {0, 0};
    if (!session.input || size > session.reserved) {
        refuse(&why, DECODE_OUT_OF_MEMORY, "pixels without reserved room");
    } else if (size < HEAD) {
        refuse(&why, DECODE_TRUNCATED, "pixels without their width and height");
    } else {
        memcpy(sides, session.input, HEAD);
        uint64_t bytes = (uint64_t)sides[0] * sides[1] * 3;
        if (check_size(sides[0], sides[1], SMALL_FILE, &why) == DECODE_OK && bytes != size - HEAD)
            refuse(&why, DECODE_TRUNCATED, "more or fewer pixels than width and height say");
    }
    if (why.code) return end_with((rgb_image){0}, why);
    return end_with((rgb_image){session.input + HEAD, sides[0], sides[1]}, why);
}

uint8_t *reserve_program(size_t size) {
    forget_file();
    if (kept.marked) release_memory(kept.mark);
    kept.mark = mark_memory();
    kept.marked = true;
    kept.loaded = false;
    kept.file = allocate(size);
    kept.reserved = kept.file ? size : 0;
    kept.file_end = mark_memory();
    return kept.file;
}

static const program_state *state_program(program_refusal why) {
    const program *p = &kept.program;
    kept.state = (program_state){.code = why.code, .part = why.part, .position = why.position};
    if (kept.loaded) {
        kept.state.input_count = p->input_count;
        kept.state.output_count = p->output_count;
        kept.state.uses_image = p->uses_image;
        kept.state.work = (uint32_t)((p->work + 0xfffff) >> 20);
    }
    return &kept.state;
}

const program_state *load_program(size_t size) {
    program_refusal why = {PROGRAM_OUT_OF_MEMORY, PART_FILE, 0};
    forget_file();
    kept.loaded = false;
    if (!kept.file || size > kept.reserved) return state_program(why);
    /* What an earlier loading of the same room left. */
    release_memory(kept.file_end);
    why = load_program_file(kept.file, size, &kept.program);
    kept.loaded = why.code == PROGRAM_OK;
    if (!kept.loaded) release_memory(kept.file_end);
    return state_program(why);
}

static const value_place *find_place(const uint32_t *ids, uint32_t count, size_t index) {
    if (!kept.loaded || index >= count) return NULL;
    const tensor *value = &kept.program.values[ids[index]];
    kept.place = (value_place){value->data, value->type, value->rank, value->elements, {0}};
    memcpy(kept.place.dims, value->dims, sizeof kept.place.dims);
    return &kept.place;
}

const value_place *find_input(size_t index) {
    return find_place(kept.program.inputs, kept.program.input_count, index);
}

const value_place *find_output(size_t index) {
    return find_place(kept.program.outputs, kept.program.output_count, index);
}

const program_state *run_program(size_t unused) {
    (void)unused;
    if (!kept.loaded) return state_program((program_refusal){PROGRAM_HEADER, PART_FILE, 0});
    const decode_result *decoded = &session.result;
    rgb_image image = {(uint8_t *)(uintptr_t)decoded->pixels, decoded->width, decoded->height};
    bool have_image = session.marked && decoded->code == DECODE_OK && decoded->pixels;
    kept.program.image = have_image ? &image : NULL;
    /* What instructions need beyond their scratch, such as the weights of an image's resize. */
    size_t mark = mark_memory();
    program_refusal why = run_instructions(&kept.program);
    release_memory(mark);
    kept.program.image = NULL;
    return state_program(why);
}
