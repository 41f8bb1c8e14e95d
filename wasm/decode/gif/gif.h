/* A GIF's first frame (GIF89a specification). */
#ifndef WEBPARITY_GIF_H
#define WEBPARITY_GIF_H

#include "../image.h"

typedef struct {
    uint32_t width, height;              /* of the canvas */
    uint32_t x, y, frame_width, frame_height;
    bool interlaced;
    bool has_transparent;
    uint8_t transparent;                 /* the index that is white */
    const uint8_t *palette;              /* RGB; NULL: gray */
    uint32_t palette_size;
    uint8_t code_bits;                   /* of LZW's literals */
    size_t data;                         /* where its data blocks begin */
} gif_frame;

/* Reads the screen, the extensions and the first image's descriptor. */
decode_code read_gif_frame(const uint8_t *bytes, size_t size, gif_frame *frame, refusal *why);
/* Decodes LZW data (appendix F) to `count` indices; `indices` has 32 bytes of room behind them. */
decode_code decode_lzw(const uint8_t *bytes, size_t size, const gif_frame *frame, uint8_t *indices, size_t count, refusal *why);

#endif
