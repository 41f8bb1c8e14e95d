/* What the parts of the JPEG decoder share. Names are those of ITU-T T.81. */
#ifndef WEBPARITY_JPEG_H
#define WEBPARITY_JPEG_H

#include "../image.h"
#include "../../memory.h"
#include "../../simd.h"

enum {
    BLOCK_SIZE = 64,
    MAX_COMPONENTS = 4,
    MAX_TABLES = 4,
    MAX_BLOCKS_IN_MCU = 10,
    /* Bits that one look into a Huffman table tells. */
    LOOKAHEAD = 10,
    /* Rows beside an image row that a vector may read: one vector. */
    ROW_PADDING = 32,
};

/* Restart markers and the others, as the second byte of the marker. */
enum {
    SOF0 = 0xC0, SOF1 = 0xC1, SOF2 = 0xC2, DHT = 0xC4, JPG = 0xC8, DAC = 0xCC, SOF15 = 0xCF, RST0 = 0xD0, RST7 = 0xD7,
    SOI = 0xD8, EOI = 0xD9, SOS = 0xDA, DQT = 0xDB, DNL = 0xDC, DRI = 0xDD, DHP = 0xDE, EXP = 0xDF, APP0 = 0xE0,
    APP1 = 0xE1, APP14 = 0xEE, APP15 = 0xEF, SOF55 = 0xF7, COM = 0xFE, TEM = 0x01,
};

/* A Huffman table as a DHT segment gives it: codes of each length, and the symbols in the order of their codes. */
typedef struct {
    uint8_t counts[17];
    uint8_t symbols[256];
    uint8_t defined;
} huffman_definition;

/* A Huffman table made ready: see tables.c for the form of an entry. */
typedef struct {
    int32_t entries[1 << LOOKAHEAD];
    /* For each length the first 16-bit window that is beyond its codes, and the place of its code 0 in the symbols. */
    uint32_t limits[17];
    int32_t offsets[17];
    uint8_t symbols[256];
} huffman_table;

/* How one component's rows are brought to the size of the image; as libjpeg-turbo chooses (jinit_upsampler). */
typedef enum { COPY, FANCY_H2V1, FANCY_H1V2, FANCY_H2V2, REPLICATE } upsampling;

typedef struct {
    uint8_t id, h, v, tq;
    /* Samples, without the padding to whole blocks. */
    uint32_t width, height;
    /* Blocks that hold samples, and blocks a row with the padding to whole MCUs. */
    uint32_t columns, rows, padded_columns;
    uint8_t has_divisors;
    uint8_t in_sequential_scan;
    /* In zigzag order. */
    uint16_t divisors[BLOCK_SIZE];
    /* Two MCU rows of samples: row r stands at r modulo their number. */
    uint8_t *samples;
    uint32_t stride;
    uint32_t ring_rows;
    upsampling method;
    uint32_t h_expand, v_expand;
    /* One row of the image's width. */
    uint8_t *upsampled;
    /* Progressive: DC values; in each MCU row coefficients in zigzag order, block by block, DC left out; which of them
       are not zero; bits unknown of each. */
    int16_t *dc_values;
    int16_t *coefficients;
    uint64_t *nonzero;
    int8_t unknown[BLOCK_SIZE];
} component;

/* The bits of one scan; `count` of them are at the top of `bits`, `padding` of all given were not in the file. */
typedef struct {
    const uint8_t *next;
    const uint8_t *end;
    uint64_t bits;
    int32_t count;
    int32_t padding;
} bit_reader;

typedef struct {
    uint8_t count;
    uint8_t members[MAX_COMPONENTS];
    const huffman_table *dc[MAX_COMPONENTS];
    const huffman_table *ac[MAX_COMPONENTS];
    int32_t predictions[MAX_COMPONENTS];
    uint8_t first, last, high, low;
    uint32_t interval;
    uint32_t units_until_restart;
    uint8_t next_restart;
    bit_reader reader;
} scan;

typedef enum { GRAY, YCC, RGB, CMYK, YCCK } color_space;

typedef struct {
    const uint8_t *bytes;
    size_t size;
    refusal *why;
    rgb_image *out;

    uint8_t has_frame, progressive;
    uint32_t width, height;
    uint32_t component_count;
    component components[MAX_COMPONENTS];
    uint32_t max_h, max_v;
    /* MCUs of a scan of all components. */
    uint32_t mcus_across, mcus_down;

    uint8_t has_divisors[MAX_TABLES];
    uint16_t divisors[MAX_TABLES][BLOCK_SIZE];
    huffman_definition dc[MAX_TABLES], ac[MAX_TABLES];
    uint32_t interval;

    uint8_t has_jfif, has_adobe, adobe_transform;
    uint8_t has_exif, orientation;
    color_space color;

    uint32_t scan_count;
    /* The scans of a sequential frame, decoded side by side. */
    scan scans[MAX_COMPONENTS];
    /* Progressive: tables of the scan that is being read, and blocks visited without a bit. */
    huffman_table *scratch_tables;
    uint64_t blocks_visited;
    /* Progressive: coefficients of all components, and how many an MCU row has. */
    int16_t *coefficients;
    size_t coefficient_row;

    /* Output: the image as it lies in the file, or rows of it that wait to be turned; and what one row's upsampling
       needs. */
    uint8_t *unturned;
    uint8_t *strip;
    uint32_t strip_first, strip_rows;
    int16_t *sums;
} jpeg;

extern const uint8_t jpeg_zigzag[BLOCK_SIZE];

/* tables.c */
decode_code read_quantization_tables(jpeg *d, const uint8_t *body, size_t length);
decode_code read_huffman_tables(jpeg *d, const uint8_t *body, size_t length);
/* Gives sequential frames the tables that they leave out. */
void set_standard_tables(jpeg *d);
decode_code build_huffman_table(jpeg *d, const huffman_definition *from, int is_dc, huffman_table *to);

/* frame.c */
decode_code read_frame(jpeg *d, const uint8_t *body, size_t length);
decode_code lay_out_frame(jpeg *d);
decode_code read_scan_header(jpeg *d, const uint8_t *body, size_t length, scan *s);
void choose_color_space(jpeg *d);

/* markers.c */
decode_code read_markers(jpeg *d);

/* bits.c */
bit_reader refill_slowly(bit_reader r);
/* A code longer than LOOKAHEAD: its length (8 bits) and symbol (from bit 16 on), or 0. */
int32_t find_long_code(uint64_t bits, const huffman_table *t);
decode_code refuse_early_end(jpeg *d, bit_reader r);
/* Begins the next interval at its restart marker. */
decode_code restart_scan(jpeg *d, scan *s);

/* sequential.c */
decode_code decode_sequential_row(jpeg *d, scan *s, uint32_t row);

/* progressive.c */
decode_code allocate_coefficients(jpeg *d);
decode_code decode_progressive_scan(jpeg *d, scan *s);
decode_code require_all_coefficients(jpeg *d);
decode_code reconstruct_row(jpeg *d, uint32_t row);

/* idct.c: `block` is dequantized, in natural order; `sum` is that of its magnitudes, `last` the last in zigzag order.
   0 where a sample leaves the range that decoders agree on. */
int transform_block(const int16_t *block, uint64_t sum, uint32_t last, uint8_t *to, size_t stride);

/* What is wrong with a block. */
#define INVALID_CODE "an invalid code in the image data"
#define BEYOND_RANGE "image data beyond any 8-bit image"

static inline void clear_block(int16_t *values) {
#if WEBPARITY_SIMD
    /* Stores of their own: a call of memory.fill costs more. */
    for (int i = 0; i < BLOCK_SIZE; i += 8) wasm_v128_store(values + i, wasm_i64x2_const_splat(0));
#else
    memset(values, 0, BLOCK_SIZE * sizeof *values);
#endif
}

/* upsample.c */
decode_code prepare_upsampling(jpeg *d);
const uint8_t *upsample_row(jpeg *d, component *c, uint32_t y);

/* color.c */
void convert_row(const jpeg *d, const uint8_t *const *rows, uint8_t *to);

/* output.c */
decode_code prepare_output(jpeg *d);
void emit_rows(jpeg *d, uint32_t from, uint32_t to);
void finish_output(jpeg *d);

/* exif.c */
uint8_t read_orientation(const uint8_t *body, size_t length);

/* Around the functions of a file that run a few times an image: small rather than fast. */
#ifdef __clang__
#define BEGIN_COLD _Pragma("clang attribute push(__attribute__((minsize)), apply_to = function)")
#define END_COLD _Pragma("clang attribute pop")
#else
#define BEGIN_COLD
#define END_COLD
#endif

static inline uint32_t divide_up(uint64_t value, uint32_t by) { return (uint32_t)((value + by - 1) / by); }
static inline uint32_t read_u16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }

#endif
