/* Shared parts of the WebP decoder: what the container holds, and how a frame is handed on. */
#ifndef WEBPARITY_DECODE_WEBP_WEBP_H
#define WEBPARITY_DECODE_WEBP_WEBP_H

#include <stdbool.h>

#include "../../memory.h"
#include "../image.h"

/* For functions that run once an image or so: small rather than fast. */
#define COLD __attribute__((cold, noinline))

/* Before a loop that is not to be unrolled, or not to be vectorised either, which would cost bytes and save no time. */
#ifdef __clang__
#define ROLLED _Pragma("clang loop unroll(disable)")
#define SMALL_LOOP _Pragma("clang loop unroll(disable) vectorize(disable)")
#else
#define ROLLED
#define SMALL_LOOP
#endif

typedef struct {
    const uint8_t *bytes;
    size_t size;
} byte_span;

/* The still image, or the first frame of an animation, and its place on the canvas. */
typedef struct {
    uint32_t canvas_width, canvas_height;
    uint32_t x, y, width, height;
    bool lossless;
    bool animated;
    bool opaque;     /* its alpha, if it has any, is not to be used */
    byte_span image; /* payload of the VP8 or VP8L chunk, with the byte that pads it */
    byte_span alpha; /* payload of the ALPH chunk, or no bytes */
} webp_frame;

/* Finds the frame in the container, and holds all sizes against each other. */
decode_code read_container(const uint8_t *bytes, size_t size, webp_frame *frame, refusal *why);

/* Decodes an ALPH chunk to width x height bytes. `plane` has room for four bytes a pixel. */
decode_code decode_alpha(byte_span chunk, uint32_t width, uint32_t height, uint8_t *plane, refusal *why);

/* Decodes a VP8 key frame to RGB, over white where `alpha` is given. */
decode_code decode_lossy(byte_span image, const uint8_t *alpha, uint8_t *rgb, refusal *why);

/* Decodes a VP8L image to RGB at the begin of `pixels`, which has room for four bytes a pixel. */
decode_code decode_lossless(byte_span image, bool opaque, uint8_t *pixels, refusal *why);

static inline uint32_t read_u16(const uint8_t *at) { return at[0] | (uint32_t)at[1] << 8; }
static inline uint32_t read_u24(const uint8_t *at) { return read_u16(at) | (uint32_t)at[2] << 16; }
static inline uint32_t read_u32(const uint8_t *at) { return read_u24(at) | (uint32_t)at[3] << 24; }

#endif
