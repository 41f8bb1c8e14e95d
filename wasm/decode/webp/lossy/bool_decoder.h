/* The boolean entropy decoder (RFC 6386, section 7). Bits are taken in as libwebp takes them, so that streams which no
   encoder writes, whose value lies outside its range, give the same bools too. */
#ifndef WEBPARITY_DECODE_WEBP_LOSSY_BOOL_DECODER_H
#define WEBPARITY_DECODE_WEBP_LOSSY_BOOL_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *next, *end;
    uint64_t value;
    uint32_t range; /* one less than the specification's: 127 to 254 */
    int32_t bits;   /* how many bits of `value` lie behind those that decide the next bool; below 0: more are needed */
    bool ended;     /* bits were needed that the partition does not have */
} bool_decoder;

/* Takes in more bits. By value, so that a caller's copy can stay in registers. In bool_decoder.c. */
bool_decoder load_bits(bool_decoder decoder);

static inline bool_decoder begin_bools(const uint8_t *bytes, size_t size) {
    return load_bits((bool_decoder){bytes, bytes + size, 0, 254, -8, false});
}

static inline bool read_bool(bool_decoder *decoder, uint32_t probability) {
    if (decoder->bits < 0) *decoder = load_bits(*decoder);
    uint32_t split = (decoder->range * probability) >> 8;
    bool bit = (uint32_t)(decoder->value >> decoder->bits) > split;
    uint32_t range = bit ? decoder->range - split : split + 1;
    if (bit) decoder->value -= (uint64_t)(split + 1) << decoder->bits;
    int32_t shift = __builtin_clz(range) - 24;
    decoder->range = (range << shift) - 1;
    decoder->bits -= shift;
    return bit;
}

/* Gives `magnitude` the sign that follows. After a first bool, one of even odds always shifts by one; since signs are
   random, there is no branch. */
static inline int32_t read_sign(bool_decoder *decoder, int32_t magnitude) {
    if (decoder->bits < 0) *decoder = load_bits(*decoder);
    uint32_t split = decoder->range >> 1;
    int32_t mask = (int32_t)(split - (uint32_t)(decoder->value >> decoder->bits)) >> 31;
    decoder->value -= (uint64_t)((split + 1) & (uint32_t)mask) << decoder->bits;
    decoder->range = (decoder->range + (uint32_t)mask) | 1;
    decoder->bits--;
    return (magnitude ^ mask) - mask;
}

#endif
