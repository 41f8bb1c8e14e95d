/* The header of a VP8 key frame (RFC 6386, sections 9.2 to 9.11 and 19.2). */
#include "vp8.h"

enum { START_SIZE = 10, LAST_INDEX = 127, LAST_UV_DC_INDEX = 117 };

/* RFC 6386, section 14.1. */
static const uint8_t DC_FACTORS[128] = {
    4,   5,   6,   7,   8,   9,   10,  10,  11,  12,  13,  14,  15,  16,  17,  17,  18,  19,  20,  20,  21,  21,
    22,  22,  23,  23,  24,  25,  25,  26,  27,  28,  29,  30,  31,  32,  33,  34,  35,  36,  37,  37,  38,  39,
    40,  41,  42,  43,  44,  45,  46,  46,  47,  48,  49,  50,  51,  52,  53,  54,  55,  56,  57,  58,  59,  60,
    61,  62,  63,  64,  65,  66,  67,  68,  69,  70,  71,  72,  73,  74,  75,  76,  76,  77,  78,  79,  80,  81,
    82,  83,  84,  85,  86,  87,  88,  89,  91,  93,  95,  96,  98,  100, 101, 102, 104, 106, 108, 110, 112, 114,
    116, 118, 122, 124, 126, 128, 130, 132, 134, 136, 138, 140, 143, 145, 148, 151, 154, 157,
};

static const uint16_t AC_FACTORS[128] = {
    4,   5,   6,   7,   8,   9,   10,  11,  12,  13,  14,  15,  16,  17,  18,  19,  20,  21,  22,  23,  24,  25,
    26,  27,  28,  29,  30,  31,  32,  33,  34,  35,  36,  37,  38,  39,  40,  41,  42,  43,  44,  45,  46,  47,
    48,  49,  50,  51,  52,  53,  54,  55,  56,  57,  58,  60,  62,  64,  66,  68,  70,  72,  74,  76,  78,  80,
    82,  84,  86,  88,  90,  92,  94,  96,  98,  100, 102, 104, 106, 108, 110, 112, 114, 116, 119, 122, 125, 128,
    131, 134, 137, 140, 143, 146, 149, 152, 155, 158, 161, 164, 167, 170, 173, 177, 181, 185, 189, 193, 197, 201,
    205, 209, 213, 217, 221, 225, 229, 234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284,
};

/* Per segment: absolute values, or differences to those of the frame. */
typedef struct {
    bool enabled, absolute;
    int32_t quantizer[SEGMENTS], filter_level[SEGMENTS];
} segmentation;

typedef struct {
    bool simple, adjusts;
    int32_t level, sharpness;
    int32_t intra_delta, subblock_delta; /* the two deltas that key frames use */
} filter_parameters;

/* An unsigned number of `count` bits, the upper one first. */
static COLD uint32_t read_literal(bool_decoder *decoder, int count) {
    uint32_t value = 0;
    while (count-- > 0) value = value << 1 | read_bool(decoder, 128);
    return value;
}

/* A number of `count` bits and a sign, behind a flag: 0 where the flag is not set. */
static COLD int32_t read_optional_signed(bool_decoder *decoder, int count) {
    if (!read_literal(decoder, 1)) return 0;
    int32_t value = (int32_t)read_literal(decoder, count);
    return read_literal(decoder, 1) ? -value : value;
}

static int32_t clamp(int32_t value, int32_t highest) { return value < 0 ? 0 : value > highest ? highest : value; }

/* Section 9.3. */
static COLD void read_segmentation(bool_decoder *bits, vp8_header *header, segmentation *segments) {
    *segments = (segmentation){.absolute = true};
    memset(header->segment_probabilities, 255, sizeof header->segment_probabilities);
    segments->enabled = read_literal(bits, 1);
    header->maps_segments = segments->enabled && read_literal(bits, 1);
    if (!segments->enabled) return;
    if (read_literal(bits, 1)) {
        segments->absolute = read_literal(bits, 1);
        for (int i = 0; i < SEGMENTS; i++) segments->quantizer[i] = read_optional_signed(bits, 7);
        for (int i = 0; i < SEGMENTS; i++) segments->filter_level[i] = read_optional_signed(bits, 6);
    }
    if (!header->maps_segments) return;
    for (int i = 0; i < 3; i++)
        if (read_literal(bits, 1)) header->segment_probabilities[i] = (uint8_t)read_literal(bits, 8);
}

/* Section 9.6. Of the four deltas of either kind, key frames use the first. */
static COLD filter_parameters read_filter(bool_decoder *bits) {
    filter_parameters filter = {0};
    filter.simple = read_literal(bits, 1);
    filter.level = (int32_t)read_literal(bits, 6);
    filter.sharpness = (int32_t)read_literal(bits, 3);
    filter.adjusts = read_literal(bits, 1);
    if (!filter.adjusts || !read_literal(bits, 1)) return filter;
    for (int i = 0; i < 8; i++) {
        int32_t delta = read_optional_signed(bits, 6);
        if (i == 0) filter.intra_delta = delta;
        if (i == 4) filter.subblock_delta = delta;
    }
    return filter;
}

/* Section 9.5. A size beyond the end is cut, as libwebp does: bits that are missing are found where they are needed. */
static COLD decode_code find_partitions(byte_span data, vp8_header *header, refusal *why) {
    header->partition_count = 1u << read_literal(&header->modes, 2);
    size_t sizes = 3 * (size_t)(header->partition_count - 1);
    if (data.size <= sizes) return refuse(why, DECODE_TRUNCATED, "a WebP image that ends before its coefficients");
    const uint8_t *at = data.bytes + sizes;
    size_t left = data.size - sizes;
    for (uint32_t i = 0; i < header->partition_count; i++) {
        size_t size = left;
        if (i + 1 < header->partition_count && read_u24(data.bytes + 3 * i) < left) size = read_u24(data.bytes + 3 * i);
        header->tokens[i] = begin_bools(at, size);
        at += size;
        left -= size;
    }
    if (header->partition_count > 1 && header->tokens[header->partition_count - 1].ended)
        return refuse(why, DECODE_TRUNCATED, "a WebP image whose last partition is missing");
    return DECODE_OK;
}

/* Sections 9.6 and 14.1. */
static COLD void read_quantizers(bool_decoder *bits, const segmentation *segments, vp8_header *header) {
    int32_t base = (int32_t)read_literal(bits, 7);
    int32_t y1_dc = read_optional_signed(bits, 4), y2_dc = read_optional_signed(bits, 4);
    int32_t y2_ac = read_optional_signed(bits, 4), uv_dc = read_optional_signed(bits, 4);
    int32_t uv_ac = read_optional_signed(bits, 4);
    for (int i = 0; i < SEGMENTS; i++) {
        int32_t index = base;
        if (segments->enabled) index = segments->quantizer[i] + (segments->absolute ? 0 : base);
        quantizer *to = &header->quantizers[i];
        to->y1[0] = DC_FACTORS[clamp(index + y1_dc, LAST_INDEX)];
        to->y1[1] = AC_FACTORS[clamp(index, LAST_INDEX)];
        to->y2[0] = DC_FACTORS[clamp(index + y2_dc, LAST_INDEX)] * 2;
        uint32_t y2 = AC_FACTORS[clamp(index + y2_ac, LAST_INDEX)] * 155u / 100;
        to->y2[1] = (uint16_t)(y2 < 8 ? 8 : y2);
        to->uv[0] = DC_FACTORS[clamp(index + uv_dc, LAST_UV_DC_INDEX)];
        to->uv[1] = AC_FACTORS[clamp(index + uv_ac, LAST_INDEX)];
    }
}

/* Section 15.2 for the level of one kind of macroblock, and 15.2 to 15.4 for the limits that follow from it. */
static COLD filter_strength derive_strength(int32_t level, int32_t sharpness) {
    if (level == 0) return (filter_strength){0};
    int32_t interior = level;
    if (sharpness > 0) {
        interior >>= sharpness > 4 ? 2 : 1;
        if (interior > 9 - sharpness) interior = 9 - sharpness;
    }
    if (interior < 1) interior = 1;
    uint8_t variance = level >= 40 ? 2 : level >= 15 ? 1 : 0;
    return (filter_strength){(uint8_t)(2 * level + interior), (uint8_t)interior, variance, false};
}

/* A frame level of 0 turns the filter off, whatever segments say, as in libwebp. */
static COLD void derive_strengths(const filter_parameters *filter, const segmentation *segments, vp8_header *header) {
    header->filter = filter->level == 0 ? NO_FILTER : filter->simple ? SIMPLE_FILTER : NORMAL_FILTER;
    for (int i = 0; i < SEGMENTS; i++) {
        int32_t level = filter->level;
        if (segments->enabled) level = segments->filter_level[i] + (segments->absolute ? 0 : level);
        for (int by_subblocks = 0; by_subblocks < 2; by_subblocks++) {
            int32_t adjusted = level;
            if (filter->adjusts) adjusted += filter->intra_delta + (by_subblocks ? filter->subblock_delta : 0);
            header->strengths[i][by_subblocks] = derive_strength(clamp(adjusted, 63), filter->sharpness);
        }
    }
}

/* Section 13.4. */
static COLD void read_coefficient_probabilities(bool_decoder *bits, uint8_t *probabilities) {
    for (int i = 0; i < COEFFICIENT_PROBABILITIES; i++)
        probabilities[i] = read_bool(bits, coefficient_update_probabilities[i]) ? (uint8_t)read_literal(bits, 8)
                                                                                : default_coefficient_probabilities[i];
}

/* The container has read the size and has checked the first ten bytes. */
decode_code read_frame_header(byte_span image, vp8_header *header, refusal *why) {
    header->width = read_u16(image.bytes + 6) & 0x3fff;
    header->height = read_u16(image.bytes + 8) & 0x3fff;
    header->columns = (header->width + 15) / 16;
    header->rows = (header->height + 15) / 16;
    size_t first = read_u24(image.bytes) >> 5;
    byte_span data = {image.bytes + START_SIZE, image.size - START_SIZE};
    if (first > data.size) return refuse(why, DECODE_TRUNCATED, "a WebP image that ends before its modes");

    bool_decoder *bits = &header->modes;
    *bits = begin_bools(data.bytes, first);
    read_literal(bits, 2); /* colour space and clamping type: libwebp always clamps */
    segmentation segments;
    read_segmentation(bits, header, &segments);
    filter_parameters filter = read_filter(bits);
    decode_code code = find_partitions((byte_span){data.bytes + first, data.size - first}, header, why);
    if (code) return code;
    read_quantizers(bits, &segments, header);
    derive_strengths(&filter, &segments, header);
    read_literal(bits, 1); /* whether probabilities are kept for a next frame */
    read_coefficient_probabilities(bits, header->coefficient_probabilities);
    header->skips_blocks = read_literal(bits, 1);
    header->skip_probability = header->skips_blocks ? (uint8_t)read_literal(bits, 8) : 0;
    if (bits->ended) return refuse(why, DECODE_TRUNCATED, "a WebP header that ends early");
    return DECODE_OK;
}
