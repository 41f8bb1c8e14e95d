/* A Windows or OS/2 bitmap's header ("Bitmap Storage", Win32; "OS/2 Bitmap File Format"). */
#ifndef WEBPARITY_BMP_H
#define WEBPARITY_BMP_H

#include "../image.h"

/* Values of biCompression. */
enum { BI_RGB = 0, BI_RLE8 = 1, BI_RLE4 = 2, BI_BITFIELDS = 3, BI_JPEG = 4, BI_PNG = 5 };
enum { MAX_COLOURS = 256 };

typedef struct {
    uint32_t width, height, bits, compression;
    bool is_top_down;
    bool is_565;       /* of 16 bits: green has six of them, else five */
    uint8_t bytes[3];  /* of 32 bits: which byte is red, green, blue */
    bool has_alpha;
    uint8_t alpha_byte;
    uint8_t palette[MAX_COLOURS][4]; /* RGB */
    uint64_t data;                   /* where the pixels begin */
} bmp_header;

decode_code read_bmp_header(const uint8_t *bytes, size_t size, bmp_header *bmp, refusal *why);
/* Decodes run-length data to width x height indices, in the file's order of rows. */
decode_code decode_rle(const uint8_t *bytes, size_t size, const bmp_header *bmp, uint8_t *indices, refusal *why);
/* Writes one row of uncompressed pixels as RGB. */
void expand_bmp_row(const bmp_header *bmp, const uint8_t *row, uint8_t *rgb);

#endif
