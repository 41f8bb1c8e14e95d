/* Reads a bitmap's headers, masks and palette. What is accepted, and where the pixels begin, is as in Pillow. */
#include "../../memory.h"
#include "bmp.h"

enum { FILE_HEADER = 14, CORE_HEADER = 12, INFO_HEADER = 40, MASKED_HEADER = 52, ALPHA_HEADER = 56, OS2_HEADER = 64 };

static uint32_t load_16(const uint8_t *bytes) { return bytes[0] | (uint32_t)bytes[1] << 8; }

static uint32_t load_32(const uint8_t *bytes) { return load_16(bytes) | load_16(bytes + 2) << 16; }

static bool is_known_size(uint32_t size) {
    return size == CORE_HEADER || size == INFO_HEADER || size == MASKED_HEADER || size == ALPHA_HEADER ||
           size == OS2_HEADER || size == 108 || size == 124;
}

static decode_code end_early(refusal *why) { return refuse(why, DECODE_TRUNCATED, "a BMP that ends within its header"); }

/* The byte that a mask selects, or 4 where it selects no single whole byte. */
static uint8_t find_byte(uint32_t mask) {
    uint8_t i = 0;
    while (i < 4 && mask != (uint32_t)255 << (8 * i)) i++;
    return i;
}

static decode_code refuse_masks(refusal *why) {
    return refuse(why, DECODE_UNSUPPORTED, "a BMP whose colour masks are no whole bytes");
}

/* Masks of 32 bits: red, green, blue, alpha. All zero stand for BGRA. */
static decode_code read_byte_masks(const uint32_t *masks, bmp_header *bmp, refusal *why) {
    static const uint32_t BGRA[4] = {0xff0000, 0xff00, 0xff, 0xff000000};
    if (!(masks[0] | masks[1] | masks[2] | masks[3])) masks = BGRA;
    for (int i = 0; i < 3; i++) {
        bmp->bytes[i] = find_byte(masks[i]);
        if (bmp->bytes[i] == 4) return refuse_masks(why);
    }
    bmp->has_alpha = masks[3] != 0;
    bmp->alpha_byte = find_byte(masks[3]);
    return bmp->has_alpha && bmp->alpha_byte == 4 ? refuse_masks(why) : DECODE_OK;
}

static decode_code read_masks(const uint32_t *masks, bmp_header *bmp, refusal *why) {
    if (bmp->bits == 32) return read_byte_masks(masks, bmp, why);
    if (bmp->bits == 24 && masks[0] == 0xff0000 && masks[1] == 0xff00 && masks[2] == 0xff) return DECODE_OK;
    bmp->is_565 = masks[0] == 0xf800 && masks[1] == 0x7e0 && masks[2] == 0x1f;
    bool is_555 = masks[0] == 0x7c00 && masks[1] == 0x3e0 && masks[2] == 0x1f;
    return bmp->bits == 16 && (bmp->is_565 || is_555) ? DECODE_OK : refuse_masks(why);
}

/* The masks lie in a header that has room for them, else behind it; `*end` is where the palette would begin. */
static decode_code find_masks(const uint8_t *bytes, size_t size, uint32_t header_size, bmp_header *bmp, uint64_t *end, refusal *why) {
    uint32_t masks[4] = {0};
    size_t at = FILE_HEADER + INFO_HEADER;
    bool has_room = header_size >= MASKED_HEADER;
    if (!has_room) *end += 12;
    if (size < *end) return end_early(why);
    for (size_t i = 0; i < (has_room && header_size >= ALPHA_HEADER ? 4 : 3); i++) masks[i] = load_32(bytes + at + 4 * i);
    return read_masks(masks, bmp, why);
}

static decode_code check_format(const bmp_header *bmp, refusal *why) {
    uint32_t bits = bmp->bits, compression = bmp->compression;
    if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32)
        return refuse(why, DECODE_UNSUPPORTED, "a BMP of an unusual depth");
    if (compression == BI_JPEG || compression == BI_PNG)
        return refuse(why, DECODE_UNSUPPORTED, "a BMP that holds a JPEG or PNG: take that out of it");
    if (compression > BI_PNG) return refuse(why, DECODE_UNSUPPORTED, "a BMP of an unusual compression");
    if ((compression == BI_RLE8 && bits != 8) || (compression == BI_RLE4 && bits != 4))
        return refuse(why, DECODE_CORRUPT, "a BMP whose compression contradicts its depth");
    return DECODE_OK;
}

static void read_info_header(const uint8_t *h, bmp_header *bmp, uint32_t *colours) {
    bmp->width = load_32(h + 4);
    bmp->is_top_down = h[11] == 255;
    bmp->height = bmp->is_top_down ? -load_32(h + 8) : load_32(h + 8);
    bmp->bits = load_16(h + 14);
    bmp->compression = load_32(h + 16);
    *colours = load_32(h + 32);
}

static decode_code read_palette(const uint8_t *bytes, size_t size, uint64_t at, uint32_t colours, uint32_t step, bmp_header *bmp, refusal *why) {
    if (colours > 65536) return refuse(why, DECODE_CORRUPT, "a BMP palette of an impossible size");
    /* Entries that the file is too short for are black. */
    for (uint32_t i = 0; i < colours && i < MAX_COLOURS && size >= at + (uint64_t)step * (i + 1); i++) {
        uint64_t entry = at + (uint64_t)step * i;
        for (int k = 0; k < 3; k++) bmp->palette[i][k] = bytes[entry + 2 - (uint64_t)k];
    }
    return DECODE_OK;
}

decode_code read_bmp_header(const uint8_t *bytes, size_t size, bmp_header *bmp, refusal *why) {
    *bmp = (bmp_header){.bytes = {2, 1, 0}};
    if (size < FILE_HEADER + 4) return end_early(why);
    const uint8_t *h = bytes + FILE_HEADER;
    uint32_t header_size = load_32(h), colours = 0, step = 4;
    if (!is_known_size(header_size)) return refuse(why, DECODE_FORMAT, "no image format that is known here, nor a BMP header");
    uint64_t end = (uint64_t)FILE_HEADER + header_size;
    if (size < end) return end_early(why);
    if (header_size == CORE_HEADER) {
        bmp->width = load_16(h + 4);
        bmp->height = load_16(h + 6);
        bmp->bits = load_16(h + 10);
        step = 3;
    } else {
        read_info_header(h, bmp, &colours);
    }
    if (check_format(bmp, why) != DECODE_OK) return why->code;
    if (bmp->compression == BI_BITFIELDS && find_masks(bytes, size, header_size, bmp, &end, why) != DECODE_OK) return why->code;
    bmp->data = load_32(bytes + 10);
    if (bmp->bits <= 8) {
        if (colours == 0) colours = 1u << bmp->bits;
        if (read_palette(bytes, size, end, colours, step, bmp, why) != DECODE_OK) return why->code;
        if (bmp->data == end) bmp->data += (uint64_t)step * colours; /* some writers leave the palette out of it */
        end += (uint64_t)step * colours;
    }
    if (bmp->data == 0) bmp->data = end;
    return check_size(bmp->width, bmp->height, size, why);
}
