/* Reads a PNG's chunks up to its image data (section 5, "Datastream structure"). A chunk that adds nothing to the pixels
   is never looked into; one that breaks a rule is ignored where libpng ignores it. */
#include "../../memory.h"
#include "png.h"

enum { SIGNATURE = 8, CHUNK_HEAD = 8, CHUNK_CRC = 4 };

typedef struct {
    uint32_t length;
    const uint8_t *name, *data;
} chunk;

static uint32_t load_big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool is_named(const chunk *c, const char *name) { return memcmp(c->name, name, 4) == 0; }

static bool is_letter(uint8_t byte) { return (uint8_t)((byte | 32) - 'a') < 26; }

/* Reads the chunk at `at`, without its checksum. */
static decode_code read_chunk(const uint8_t *bytes, size_t size, size_t at, chunk *c, refusal *why) {
    if (size - at < CHUNK_HEAD) return refuse(why, DECODE_TRUNCATED, "a PNG that ends before its image data do");
    c->length = load_big_endian(bytes + at);
    c->name = bytes + at + 4;
    c->data = bytes + at + CHUNK_HEAD;
    for (int i = 0; i < 4; i++)
        if (!is_letter(c->name[i])) return refuse(why, DECODE_CORRUPT, "a PNG chunk without a name");
    if (c->length >> 31) return refuse(why, DECODE_CORRUPT, "a PNG chunk of an impossible length");
    if (size - at < (uint64_t)CHUNK_HEAD + c->length + CHUNK_CRC)
        return refuse(why, DECODE_TRUNCATED, "a PNG that ends within a chunk");
    return DECODE_OK;
}

static bool has_right_crc(const chunk *c, const crc_tables *crc) {
    return update_crc(crc, 0, c->name, (size_t)c->length + 4) == load_big_endian(c->data + c->length);
}

static bool is_critical(const chunk *c) { return !(c->name[0] & 32); }

static size_t skip_chunk(size_t at, const chunk *c) { return at + CHUNK_HEAD + c->length + CHUNK_CRC; }

/* Table 11.1: the depths of each colour type, as bits. */
static bool is_known_type(uint32_t colour_type, uint32_t depth) {
    if (depth > 16) return false;
    uint32_t any = 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8, wide = 1u << 8 | 1u << 16;
    uint32_t depths = colour_type == GRAY ? any | wide : colour_type == INDEXED ? any : wide;
    bool is_type = colour_type <= TRUECOLOUR_ALPHA && colour_type != 1 && colour_type != 5;
    return is_type && (depths >> depth & 1);
}

static decode_code read_ihdr(const chunk *c, size_t size, png_header *png, refusal *why) {
    if (c->length != 13) return refuse(why, DECODE_CORRUPT, "a PNG header of a wrong length");
    const uint8_t *d = c->data;
    uint32_t width = load_big_endian(d), height = load_big_endian(d + 4);
    if (!is_known_type(d[9], d[8]) || d[10] != 0 || d[11] != 0 || d[12] > 1)
        return refuse(why, DECODE_CORRUPT, "a PNG header with an impossible depth, colour type or method");
    png->width = width;
    png->height = height;
    png->depth = d[8];
    png->colour_type = d[9];
    png->interlaced = d[12];
    png->channels = d[9] == TRUECOLOUR ? 3 : d[9] == GRAY_ALPHA ? 2 : d[9] == TRUECOLOUR_ALPHA ? 4 : 1;
    memset(png->alpha, 255, sizeof png->alpha);
    return check_size(width, height, size, why);
}

static decode_code read_plte(const chunk *c, png_header *png, refusal *why) {
    if (png->colour_type != INDEXED) return DECODE_OK; /* only a suggestion, or out of place */
    if (png->palette_size) return refuse(why, DECODE_CORRUPT, "a PNG with two palettes");
    if (c->length == 0 || c->length % 3 || c->length > 3 * MAX_PALETTE)
        return refuse(why, DECODE_CORRUPT, "a PNG palette of an impossible length");
    uint32_t entries = c->length / 3, most = 1u << png->depth;
    png->palette_size = entries < most ? entries : most;
    memcpy(png->palette, c->data, c->length);
    return DECODE_OK;
}

/* As libpng reads it: where the chunk is out of place, too long or damaged, the image is opaque. */
static void read_trns(const chunk *c, const crc_tables *crc, png_header *png) {
    if (png->has_key || !has_right_crc(c, crc)) return;
    if (png->colour_type == INDEXED) {
        if (c->length == 0 || c->length > png->palette_size) return;
        memcpy(png->alpha, c->data, c->length);
        png->has_key = true;
        return;
    }
    uint32_t channels = png->channels;
    if (png->colour_type > TRUECOLOUR || c->length != 2 * channels) return;
    for (uint32_t i = 0; i < channels; i++)
        png->key[i] = (uint16_t)((c->data[2 * i] << 8 | c->data[2 * i + 1]) & ((1u << png->depth) - 1));
    png->has_key = true;
}

static const char WRONG_CRC[] = "a PNG chunk with a wrong checksum";

static bool next_idat(byte_source *self, const uint8_t **data, size_t *size) {
    idat_reader *reader = (idat_reader *)self;
    chunk c;
    if (read_chunk(reader->bytes, reader->size, reader->at, &c, &reader->why) != DECODE_OK) return false;
    if (!is_named(&c, "IDAT")) {
        refuse(&reader->why, DECODE_TRUNCATED, "compressed data that stop before their end");
        return false;
    }
    if (!has_right_crc(&c, reader->crc)) {
        refuse(&reader->why, DECODE_CORRUPT, WRONG_CRC);
        return false;
    }
    reader->at = skip_chunk(reader->at, &c);
    *data = c.data;
    *size = c.length;
    return true;
}

/* A file may end after its image data, so a chunk that cannot be read is no fault here unless it is an IDAT. */
decode_code finish_idat(idat_reader *data, refusal *why) {
    const uint8_t *bytes;
    size_t size;
    while (next_idat(&data->source, &bytes, &size)) {}
    if (data->size - data->at < CHUNK_HEAD || memcmp(data->bytes + data->at + 4, "IDAT", 4) != 0) return DECODE_OK;
    *why = data->why;
    return why->code;
}

decode_code read_png_header(const uint8_t *bytes, size_t size, png_header *png, idat_reader *data, refusal *why) {
    chunk c;
    size_t at = SIGNATURE;
    for (;; at = skip_chunk(at, &c)) {
        if (read_chunk(bytes, size, at, &c, why) != DECODE_OK) return why->code;
        if (is_named(&c, "CgBI"))
            return refuse(why, DECODE_UNSUPPORTED, "an Xcode-optimised PNG (CgBI): take the file that the app was built from");
        if (is_named(&c, "IHDR") != (at == SIGNATURE))
            return refuse(why, DECODE_CORRUPT, "a PNG with its header out of place");
        if (is_named(&c, "IDAT")) break; /* next_idat proves it */
        if (is_critical(&c) && !has_right_crc(&c, data->crc)) return refuse(why, DECODE_CORRUPT, WRONG_CRC);
        decode_code code = DECODE_OK;
        if (is_named(&c, "IHDR"))
            code = read_ihdr(&c, size, png, why);
        else if (is_named(&c, "PLTE"))
            code = read_plte(&c, png, why);
        else if (is_named(&c, "tRNS"))
            read_trns(&c, data->crc, png);
        else if (is_named(&c, "IEND"))
            code = refuse(why, DECODE_CORRUPT, "a PNG without image data");
        else if (is_critical(&c))
            code = refuse(why, DECODE_UNSUPPORTED, "a PNG with a critical chunk that no specification names");
        if (code != DECODE_OK) return code;
    }
    if (png->colour_type == INDEXED && !png->palette_size)
        return refuse(why, DECODE_CORRUPT, "an indexed PNG without a palette");
    *data = (idat_reader){{next_idat}, bytes, size, at, data->crc, {DECODE_OK, ""}};
    return DECODE_OK;
}
