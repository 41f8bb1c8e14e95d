/* Bits of a VP8L stream, the lowest of each byte first (WebP lossless specification, section 2). */
#ifndef WEBPARITY_DECODE_WEBP_LOSSLESS_BIT_READER_H
#define WEBPARITY_DECODE_WEBP_LOSSLESS_BIT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../../memory.h"

typedef struct {
    const uint8_t *next, *end;
    uint64_t window;
    int32_t count; /* bits in the window; below 0 where more were taken than there are */
    bool ended;    /* bits were taken that the data do not have: they read as zeros */
} bit_reader;

/* Near the end of the data, byte by byte. By value, so that a caller's copy can stay in registers. */
static __attribute__((noinline, cold)) bit_reader refill_slowly(bit_reader bits) {
    if (bits.count < 0) {
        bits.ended = true;
        bits.count = 0;
    }
    for (; bits.count < 56 && bits.next < bits.end; bits.count += 8)
        bits.window |= (uint64_t)*bits.next++ << bits.count;
    return bits;
}

/* Leaves at least 56 bits in the window, or all that are left. */
static inline void refill_bits(bit_reader *bits) {
    if (bits->end - bits->next < 8 || bits->count < 0) {
        *bits = refill_slowly(*bits);
        return;
    }
    uint64_t bytes;
    memcpy(&bytes, bits->next, 8);
    bits->window |= bytes << bits->count;
    bits->next += (63 - bits->count) >> 3;
    bits->count |= 56;
}

static inline void take_bits(bit_reader *bits, uint32_t count) {
    bits->window >>= count;
    bits->count -= (int32_t)count;
}

/* Where a refill has made sure of them. */
static inline uint32_t read_ready_bits(bit_reader *bits, uint32_t count) {
    uint32_t value = (uint32_t)bits->window & ((1u << count) - 1);
    take_bits(bits, count);
    return value;
}

/* For headers and codes. */
uint32_t read_header_bits(bit_reader *bits, uint32_t count);

static inline bool is_past_end(const bit_reader *bits) { return bits->ended || bits->count < 0; }

#endif
