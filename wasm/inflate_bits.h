/* Bits of a DEFLATE stream, read with care at a piece's end. For inflate*.c alone. */
#ifndef WEBPARITY_INFLATE_BITS_H
#define WEBPARITY_INFLATE_BITS_H

#include "inflate.h"

static inline uint64_t low_bits(uint64_t bits, uint32_t count) { return bits & (((uint64_t)1 << count) - 1); }

static inline bool begin_piece(inflater *z) {
    size_t size = 0;
    while (size == 0)
        if (!z->source->next(z->source, &z->in, &size)) {
            z->in_end = z->in;
            return false;
        }
    z->in_end = z->in + size;
    return true;
}

/* Fills up to at least 56 bits across pieces; fewer remain only at the end of the stream, zeros behind them. */
static inline void refill_carefully(inflater *z) {
    z->bits = low_bits(z->bits, z->bit_count);
    while (z->bit_count < 56) {
        if (z->in == z->in_end && !begin_piece(z)) return;
        z->bits |= (uint64_t)*z->in++ << z->bit_count;
        z->bit_count += 8;
    }
}

static inline void take(inflater *z, uint32_t count) {
    z->bits >>= count;
    z->bit_count -= count;
}

/* Takes up to 32 bits; false where the stream has fewer. */
static inline bool read_bits(inflater *z, uint32_t count, uint32_t *value) {
    refill_carefully(z);
    if (z->bit_count < count) return false;
    *value = (uint32_t)low_bits(z->bits, count);
    take(z, count);
    return true;
}

static inline inflate_status find_fault(inflater *z, const char *fault) {
    z->fault = fault;
    return INFLATE_CORRUPT;
}

/* Reads the header of the next block, and its codes. */
inflate_status read_block_header(inflater *z);

#endif
