/* Inflates a DEFLATE stream (RFC 1951): 64 bits of look-ahead, one table lookup a symbol, matches copied by vectors. */
#include "inflate.h"

#include "inflate_bits.h"
#include "match_copy.h"
#include "memory.h"

enum { FAST_INPUT = 16 }; /* bytes that one turn of the fast loop may load */

static uint64_t load_64(const uint8_t *bytes) {
    uint64_t value;
    memcpy(&value, bytes, sizeof value); /* both targets are little-endian */
    return value;
}

bool read_stream_bytes(inflater *z, uint32_t count, uint8_t *bytes) {
    take(z, z->bit_count & 7);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t byte;
        if (!read_bits(z, 8, &byte)) return false;
        bytes[i] = (uint8_t)byte;
    }
    return true;
}

void start_inflating(inflater *z, byte_source *source) {
    z->source = source;
    z->in = z->in_end = NULL;
    z->bits = 0;
    z->bit_count = 0;
    z->state = BLOCK_HEADER;
    z->last_block = false;
    z->stored_left = 0;
    z->has_fixed_codes = false;
    z->fault = "";
}

static inflate_status copy_stored(inflater *z, uint8_t **out, const uint8_t *limit) {
    uint8_t *to = *out;
    /* First what was looked at ahead: whole bytes, since a stored block begins at one. */
    for (; z->stored_left && z->bit_count && to < limit; z->stored_left--) {
        *to++ = (uint8_t)z->bits;
        take(z, 8);
    }
    while (z->stored_left && to < limit) {
        z->bits = 0;
        if (z->in == z->in_end && !begin_piece(z)) return INFLATE_TRUNCATED;
        size_t count = z->stored_left, room = (size_t)(limit - to), there = (size_t)(z->in_end - z->in);
        if (count > room) count = room;
        if (count > there) count = there;
        memcpy(to, z->in, count);
        to += count;
        z->in += count;
        z->stored_left -= (uint32_t)count;
    }
    *out = to;
    if (!z->stored_left) z->state = BLOCK_HEADER;
    return INFLATE_MORE;
}

/* Looks a code up, in the subtable too; what it takes is added to `*used`. */
static uint32_t look_up(const inflate_table *table, uint64_t bits, uint32_t *used) {
    uint32_t entry = table->entries[bits & table->mask];
    if (entry & ENTRY_SUBTABLE) {
        uint32_t root = entry & ENTRY_BITS;
        *used += root;
        entry = table->entries[(entry >> 16) + low_bits(bits >> root, entry >> 8 & 15)];
    }
    *used += entry & ENTRY_BITS;
    return entry;
}

/* The value of a length or distance whose code begins at the lowest bit, without a subtable's first bits. */
static uint32_t read_value(uint32_t entry, uint64_t bits) {
    return (entry >> 16) + (uint32_t)(low_bits(bits, entry & ENTRY_BITS) >> (entry >> 8 & 15));
}

static inflate_status end_block(inflater *z) {
    z->state = BLOCK_HEADER;
    return INFLATE_MORE;
}

static const char NO_CODE[] = "a code that no table holds", TOO_FAR[] = "a match that begins before the data";

/* Decodes one literal or match near the end of a piece. */
static inflate_status decode_carefully(inflater *z, const uint8_t *start, uint8_t **out) {
    refill_carefully(z);
    uint32_t used = 0, entry = look_up(&z->literals, z->bits, &used);
    if (used > z->bit_count) return INFLATE_TRUNCATED;
    if (entry & ENTRY_INVALID) return find_fault(z, NO_CODE);
    uint64_t bits = z->bits >> (used - (entry & ENTRY_BITS));
    take(z, used);
    if (entry & ENTRY_LITERAL) *(*out)++ = (uint8_t)(entry >> 16);
    if (entry & ENTRY_END) return end_block(z);
    if (entry & ENTRY_LITERAL) return INFLATE_MORE;
    uint32_t length = read_value(entry, bits);

    used = 0;
    entry = look_up(&z->distances, z->bits, &used);
    if (used > z->bit_count) return INFLATE_TRUNCATED;
    if (entry & ENTRY_INVALID) return find_fault(z, NO_CODE);
    uint32_t distance = read_value(entry, z->bits >> (used - (entry & ENTRY_BITS)));
    take(z, used);
    if (distance > (size_t)(*out - start)) return find_fault(z, TOO_FAR);
    copy_match(*out, distance, length);
    *out += length;
    return INFLATE_MORE;
}

/* Decodes while 16 bytes of the piece are left: two refills a turn, for up to three literals and a match. */
static inflate_status decode_fast(inflater *z, const uint8_t *start, uint8_t **out, const uint8_t *limit) {
    const inflate_table *literals = &z->literals, *distances = &z->distances;
    const uint8_t *in = z->in, *in_last = z->in_end - FAST_INPUT;
    uint8_t *to = *out;
    uint64_t bits = z->bits, literal_mask = literals->mask, distance_mask = distances->mask;
    uint32_t bit_count = z->bit_count;
    inflate_status status = INFLATE_MORE;
    while (in <= in_last && to < limit) {
        bits |= load_64(in) << bit_count;
        in += (63 - bit_count) >> 3;
        bit_count |= 56;
        uint32_t entry = literals->entries[bits & literal_mask];
        /* Three literals take at most 33 bits, which leaves 23 for a length: 15 and 5 of them at most. */
        if (entry & ENTRY_LITERAL) {
            bits >>= entry & ENTRY_BITS;
            bit_count -= entry & ENTRY_BITS;
            *to++ = (uint8_t)(entry >> 16);
            entry = literals->entries[bits & literal_mask];
            if (entry & ENTRY_LITERAL) {
                bits >>= entry & ENTRY_BITS;
                bit_count -= entry & ENTRY_BITS;
                *to++ = (uint8_t)(entry >> 16);
                entry = literals->entries[bits & literal_mask];
                if (entry & ENTRY_LITERAL) {
                    bits >>= entry & ENTRY_BITS;
                    bit_count -= entry & ENTRY_BITS;
                    *to++ = (uint8_t)(entry >> 16);
                    continue;
                }
            }
        }
        if (entry & ENTRY_EXCEPTION) {
            if (entry & ENTRY_SUBTABLE) {
                bits >>= entry & ENTRY_BITS;
                bit_count -= entry & ENTRY_BITS;
                entry = literals->entries[(entry >> 16) + low_bits(bits, entry >> 8 & 15)];
            }
            if (entry & ENTRY_LITERAL) {
                bits >>= entry & ENTRY_BITS;
                bit_count -= entry & ENTRY_BITS;
                *to++ = (uint8_t)(entry >> 16);
                continue;
            }
            if (entry & ENTRY_EXCEPTION) {
                bits >>= entry & ENTRY_BITS;
                bit_count -= entry & ENTRY_BITS;
                status = entry & ENTRY_END ? end_block(z) : find_fault(z, NO_CODE);
                break;
            }
        }
        uint32_t length = read_value(entry, bits);
        bits >>= entry & ENTRY_BITS;
        bit_count -= entry & ENTRY_BITS;

        bits |= load_64(in) << bit_count;
        in += (63 - bit_count) >> 3;
        bit_count |= 56;
        entry = distances->entries[bits & distance_mask];
        if (entry & ENTRY_EXCEPTION) {
            if (entry & ENTRY_SUBTABLE) {
                bits >>= entry & ENTRY_BITS;
                bit_count -= entry & ENTRY_BITS;
                entry = distances->entries[(entry >> 16) + low_bits(bits, entry >> 8 & 15)];
            }
            if (entry & ENTRY_INVALID) {
                status = find_fault(z, NO_CODE);
                break;
            }
        }
        uint32_t distance = read_value(entry, bits);
        bits >>= entry & ENTRY_BITS;
        bit_count -= entry & ENTRY_BITS;
        if (distance > (size_t)(to - start)) {
            status = find_fault(z, TOO_FAR);
            break;
        }
        copy_match(to, distance, length);
        to += length;
    }
    z->in = in;
    z->bits = bits;
    z->bit_count = bit_count;
    *out = to;
    return status;
}

inflate_status inflate_some(inflater *z, const uint8_t *start, uint8_t **out, const uint8_t *limit) {
    inflate_status status = INFLATE_MORE;
    while (status == INFLATE_MORE && *out < limit) {
        if (z->state == BLOCK_STORED)
            status = copy_stored(z, out, limit);
        else if (z->state == BLOCK_HEADER)
            status = z->last_block ? INFLATE_END : read_block_header(z);
        else if (z->in_end - z->in >= FAST_INPUT)
            status = decode_fast(z, start, out, limit);
        else
            status = decode_carefully(z, start, out);
    }
    return status;
}
