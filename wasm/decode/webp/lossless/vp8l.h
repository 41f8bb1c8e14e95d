/* Shared parts of the lossless decoder. Sections are those of the WebP lossless bitstream specification. */
#ifndef WEBPARITY_DECODE_WEBP_LOSSLESS_VP8L_H
#define WEBPARITY_DECODE_WEBP_LOSSLESS_VP8L_H

#include "../webp.h"
#include "bit_reader.h"

enum { GREEN, RED, BLUE, ALPHA, DISTANCE, CODES_PER_GROUP };
enum {
    LITERALS = 256,
    LENGTHS = 24,
    DISTANCES = 40,
    MAX_CACHE_BITS = 11,
    MAX_ALPHABET = LITERALS + LENGTHS + (1 << MAX_CACHE_BITS)
};

/* A prefix code as a table: its entry for the next bits holds the symbol and, in the lower 8 bits, its length;
   or, for codes longer than ROOT_BITS, LINK, the number of further bits, and where their table begins. */
enum { ROOT_BITS = 8, LINK = 0x80 };
typedef struct {
    const uint32_t *table;
    uint32_t mask;
} prefix_code;

typedef struct {
    prefix_code codes[CODES_PER_GROUP];
    bool only_green;      /* the other three codes of colours have one symbol each */
    bool one_pixel;       /* the code of green too, and it is a literal */
    uint32_t fixed_pixel; /* what these symbols make */
} prefix_group;

/* Room for tables, in large pieces. */
typedef struct {
    uint32_t *entries;
    size_t left, total;
} table_pool;

/* Sections 5 and 6: pixels coded by prefix groups, which a smaller image chooses from. */
typedef struct {
    uint32_t width, height;
    uint32_t cache_bits;            /* 0: no colour cache */
    uint32_t group_bits;            /* blocks of 2^bits pixels a side share a group */
    const uint32_t *group_of_block; /* NULL: all use the first */
    const prefix_group *groups;
} coded_image;

enum { PREDICTOR, CROSS_COLOR, SUBTRACT_GREEN, COLOR_INDEXING, TRANSFORMS };
typedef struct {
    uint32_t type;
    uint32_t
        bits; /* blocks of 2^bits pixels a side share a pixel of `data`; for colours: 2^bits indices share a pixel */
    uint32_t width; /* of the rows that come out */
    const uint32_t *data;
} transform;

typedef struct {
    bit_reader bits;
    table_pool pool;
    transform transforms[TRANSFORMS]; /* in the order of the stream: undone from the last to the first */
    uint32_t transform_count;
    uint32_t coded_width; /* of the pixels in the stream, where several indices share one */
    uint32_t cache[1 << MAX_CACHE_BITS];
} lossless_decoder;

static inline uint32_t divide_up(uint32_t size, uint32_t bits) { return (size + (1u << bits) - 1) >> bits; }

static inline uint32_t read_symbol(bit_reader *bits, prefix_code code) {
    uint32_t entry = code.table[(uint32_t)bits->window & code.mask];
    if (entry & LINK) {
        uint32_t further = (uint32_t)(bits->window >> ROOT_BITS) & ((1u << (entry & 0x7f)) - 1);
        entry = code.table[(entry >> 8) + further];
    }
    take_bits(bits, entry & 0x7f);
    return entry >> 8;
}

/* prefix_codes.c */
decode_code read_prefix_group(bit_reader *bits, table_pool *pool, uint32_t cache_bits, prefix_group *group,
                              refusal *why);

/* pixels.c */
decode_code decode_pixels(lossless_decoder *decoder, const coded_image *image, uint32_t *pixels, refusal *why);

/* image_stream.c: decodes to `coded_width` x height pixels at the end of `pixels`, which holds width x height. */
decode_code read_image_stream(lossless_decoder *decoder, byte_span data, uint32_t width, uint32_t height,
                              uint32_t *pixels, refusal *why);

/* transforms.c: `row` holds the coded pixels of row y, then the image's; `above` keeps the row before for prediction,
   and one pixel more. There is room for one before either. */
void undo_transforms(const lossless_decoder *decoder, uint32_t y, uint32_t *row, uint32_t *above);

/* image.c */
decode_code decode_alpha_stream(byte_span data, uint32_t width, uint32_t height, uint8_t *plane, refusal *why);

#endif
