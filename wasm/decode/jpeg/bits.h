/* Reading of bits and Huffman codes: inlined into the loops over blocks. */
#ifndef WEBPARITY_JPEG_BITS_H
#define WEBPARITY_JPEG_BITS_H

#include "jpeg.h"

/* What a decoded entry says instead of a run. */
enum { END_OF_BLOCK = 0x40, INVALID = 0xFF };
/* The bit of an entry that says that it does not tell the code whole. */
enum { INCOMPLETE = 0x8000 };

static inline uint64_t load_big_endian(const uint8_t *at) {
#if WEBPARITY_SIMD
    v128_t word = wasm_v128_load64_zero(at);
    return (uint64_t)wasm_i64x2_extract_lane(
        wasm_i8x16_shuffle(word, word, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8), 0);
#else
    uint64_t word = 0;
    for (int i = 0; i < 8; i++) word = word << 8 | at[i];
    return word;
#endif
}

/* Fills up to 56 bits or more; there is room for at least 32. Only the slow way needs the reader in memory. */
static inline void refill(bit_reader *r) {
    if (__builtin_expect(r->end - r->next >= 8, 1)) {
        uint64_t word = load_big_endian(r->next);
        /* No byte is 0xFF: none is the begin of a marker or stuffed. */
        if (__builtin_expect(((~word - 0x0101010101010101u) & word & 0x8080808080808080u) == 0, 1)) {
            uint32_t taken = (uint32_t)(63 - r->count) >> 3;
            r->bits |= word >> r->count;
            r->next += taken;
            r->count += (int32_t)(8 * taken);
            return;
        }
    }
    bit_reader slow = refill_slowly(*r);
    r->next = slow.next;
    r->bits = slow.bits;
    r->count = slow.count;
    r->padding = slow.padding;
}

static inline void require_32_bits(bit_reader *r) {
    if (r->count < 32) refill(r);
}

/* As a code of `size` bits at the top of `bits` (T.81 figure F.12); size 1 to 15. */
static inline int32_t extend_sign(uint64_t bits, uint32_t size) {
    int32_t value = (int32_t)(bits >> (64 - size));
    return bits >> 63 ? value : value - (int32_t)(1u << size) + 1;
}

/* The entry for the code at the top of `bits` where the one found, `e`, does not tell it whole: its length covers code
   and value. */
static inline int32_t complete_entry(uint64_t bits, const huffman_table *t, int32_t e, int is_dc) {
    if ((e & 0xFF) == 0) e = find_long_code(bits, t);
    uint32_t length = e & 0xFF, symbol = (uint32_t)e >> 16;
    if (length == 0) return INVALID << 8;
    uint32_t run = is_dc ? 0 : symbol >> 4, size = is_dc ? symbol : symbol & 15;
    if (size == 0) return (int32_t)((!is_dc && run < 15 ? run | END_OF_BLOCK : run) << 8 | length);
    return (int32_t)((uint32_t)extend_sign(bits << length, size) << 16 | run << 8 | (length + size));
}

static inline void skip_bits(bit_reader *r, uint32_t count) {
    r->bits <<= count;
    r->count -= (int32_t)count;
}

/* Reads a code and the value behind it, as an entry; 31 bits suffice. */
static inline int32_t decode_entry(bit_reader *r, const huffman_table *t, int is_dc) {
    int32_t e = t->entries[r->bits >> (64 - LOOKAHEAD)];
    if (e & INCOMPLETE) e = complete_entry(r->bits, t, e, is_dc);
    skip_bits(r, e & 0xFF);
    return e;
}

static inline uint32_t get_run(int32_t e) { return (uint32_t)e >> 8 & 0xFF; }
static inline int32_t get_value(int32_t e) { return e >> 16; }

static inline uint64_t get_magnitude(int32_t value) { return value < 0 ? (uint64_t)-(int64_t)value : (uint64_t)value; }

/* Takes `size` bits, 1 to 16. */
static inline uint32_t take_bits(bit_reader *r, uint32_t size) {
    uint32_t value = (uint32_t)(r->bits >> (64 - size));
    skip_bits(r, size);
    return value;
}

#endif
