/* A PNG's header and chunks (ISO/IEC 15948, the PNG specification). */
#ifndef WEBPARITY_PNG_H
#define WEBPARITY_PNG_H

#include "../../checksum.h"
#include "../../inflate.h"
#include "../image.h"

/* Colour types of the specification, table 11.1. */
enum { GRAY = 0, TRUECOLOUR = 2, INDEXED = 3, GRAY_ALPHA = 4, TRUECOLOUR_ALPHA = 6 };
enum { MAX_PALETTE = 256 };

typedef struct {
    uint32_t width, height;
    uint8_t depth, colour_type, channels;
    bool interlaced;
    uint32_t palette_size;
    uint8_t palette[MAX_PALETTE][3];
    uint8_t alpha[MAX_PALETTE];
    bool has_key; /* a transparent colour, at the file's own depth */
    uint16_t key[3];
} png_header;

/* The image data: a run of IDAT chunks, whose checksums are proven as they are read. */
typedef struct {
    byte_source source; /* first, so that inflate's pointer to it is one to this */
    const uint8_t *bytes;
    size_t size, at; /* at: the next chunk */
    crc_tables *crc;
    refusal why; /* why no chunk came */
} idat_reader;

/* Reads all chunks before the image data, and leaves `data` at the first IDAT. */
decode_code read_png_header(const uint8_t *bytes, size_t size, png_header *png, idat_reader *data, refusal *why);
/* Proves the checksums of the IDAT chunks that inflating did not need. */
decode_code finish_idat(idat_reader *data, refusal *why);

/* Undoes a row's filter (section 9): `row`, `before` (the row above, zeros at first) and `raw` have `size` bytes, and
   16 bytes of room behind them; `row` may be `before` of no other call's row. */
void unfilter_row(uint8_t filter, uint8_t *row, const uint8_t *before, const uint8_t *raw, size_t size, uint32_t step);

/* What turns a row's samples into RGB over white. */
typedef struct {
    const png_header *png;
    uint8_t *samples;        /* a row with one byte a sample */
    uint8_t table[256][4];   /* RGB over white of each index or gray value */
} row_expander;

void prepare_expander(row_expander *expander, const png_header *png, uint8_t *samples);
/* Writes `width` pixels of RGB, and up to 16 bytes behind them. */
void expand_row(const row_expander *expander, const uint8_t *row, uint32_t width, uint8_t *rgb);

#endif
