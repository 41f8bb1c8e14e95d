/* The result of decoding: pixels, or the reason why there are none. */
#ifndef WEBPARITY_DECODE_IMAGE_H
#define WEBPARITY_DECODE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Codes of the decode contract, in the order that hosts name them. */
typedef enum {
    DECODE_OK = 0,
    DECODE_EMPTY,
    DECODE_FORMAT,
    DECODE_TRUNCATED,
    DECODE_CORRUPT,
    DECODE_TOO_LARGE,
    DECODE_UNSUPPORTED,
    DECODE_TOO_MUCH_WORK,
    DECODE_OUT_OF_MEMORY,
} decode_code;

/* RGB, 8 bits a channel, height x width x 3 bytes, row by row. */
typedef struct {
    uint8_t *pixels;
    uint32_t width;
    uint32_t height;
    bool luma; /* whether gray is wanted; a decoder that gives it takes the wish back */
} rgb_image;

/* A refusal: its code, and what was found, as the middle of a sentence ("a scan without a Huffman table"). */
typedef struct {
    decode_code code;
    const char *received;
} refusal;

/* Limits of the contract: of any image, and of one whose file is under 1 MiB, so that no small file costs much work.
   Preprocessing is exact up to this side: the weights of its resize need 2 * side * 512 < 2^24. */
enum { MAX_SIDE = 16384, SMALL_FILE = 1 << 20 };
#define MAX_PIXELS ((uint64_t)1 << 28)
_Static_assert((uint64_t)MAX_SIDE * MAX_SIDE == MAX_PIXELS, "a square of the largest side has the most pixels");
#define MAX_PIXELS_OF_SMALL_FILE ((uint64_t)1 << 26)

/* Sets the refusal and returns its code, to end a function with. */
static inline decode_code refuse(refusal *why, decode_code code, const char *received) {
    why->code = code;
    why->received = received;
    return code;
}

/* Holds the size that a header states against the limits, before anything is allocated. */
static inline decode_code check_size(uint64_t width, uint64_t height, size_t file_size, refusal *why) {
    if (width == 0 || height == 0) return refuse(why, DECODE_CORRUPT, "an image without pixels");
    if (width > MAX_SIDE || height > MAX_SIDE) return refuse(why, DECODE_TOO_LARGE, "more than 16384 pixels a side");
    if (file_size < SMALL_FILE && width * height > MAX_PIXELS_OF_SMALL_FILE)
        return refuse(why, DECODE_TOO_MUCH_WORK, "more than 2^26 pixels in a file under 1 MiB");
    return DECODE_OK;
}

/* Each format's decoder: allocates `out->pixels` in the arena; on refusal says why. */
decode_code decode_jpeg(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why);
decode_code decode_png(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why);
decode_code decode_webp(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why);
decode_code decode_gif(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why);
decode_code decode_bmp(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why);

#endif
