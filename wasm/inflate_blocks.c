/* Headers of DEFLATE's blocks, and the Huffman codes that they state. */
#include "inflate_bits.h"
#include "memory.h"

/* RFC 1951, section 3.2.7: code lengths, themselves Huffman coded. */
static inflate_status read_code_lengths(inflater *z, uint8_t *lengths, uint32_t count) {
    uint32_t at = 0;
    while (at < count) {
        refill_carefully(z);
        uint32_t entry = z->literals.entries[z->bits & z->literals.mask];
        uint32_t symbol = entry >> 16, used = entry & ENTRY_BITS, repeat = 1, value = symbol;
        if (entry & ENTRY_INVALID) return find_fault(z, "a code of code lengths that no table holds");
        if (symbol >= 16) {
            static const uint8_t EXTRA[3] = {2, 3, 7}, BASE[3] = {3, 3, 11};
            uint32_t extra = EXTRA[symbol - 16];
            repeat = BASE[symbol - 16] + (uint32_t)low_bits(z->bits >> used, extra);
            used += extra;
            if (symbol == 16 && at == 0) return find_fault(z, "a repeated code length without one before it");
            value = symbol == 16 ? lengths[at - 1] : 0;
        }
        if (used > z->bit_count) return INFLATE_TRUNCATED;
        if (repeat > count - at) return find_fault(z, "more code lengths than codes");
        take(z, used);
        memset(lengths + at, (int)value, repeat);
        at += repeat;
    }
    return INFLATE_MORE;
}

static inflate_status read_dynamic_codes(inflater *z) {
    static const uint8_t ORDER[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint32_t sizes;
    uint8_t lengths[320] = {0};
    z->has_fixed_codes = false;
    if (!read_bits(z, 14, &sizes)) return INFLATE_TRUNCATED;
    uint32_t literals = (sizes & 31) + 257, distances = (sizes >> 5 & 31) + 1, used = (sizes >> 10) + 4;
    if (literals > 286 || distances > 30) return find_fault(z, "more codes than DEFLATE has");
    for (uint32_t i = 0; i < used; i++) {
        uint32_t length;
        if (!read_bits(z, 3, &length)) return INFLATE_TRUNCATED;
        lengths[ORDER[i]] = (uint8_t)length;
    }
    bool any = false;
    for (uint32_t i = 0; i < 19; i++) any |= lengths[i] != 0;
    if (!any || !build_inflate_table(&z->literals, LENGTH_CODES, lengths, 19))
        return find_fault(z, "an impossible code of code lengths");
    inflate_status status = read_code_lengths(z, lengths, literals + distances);
    if (status != INFLATE_MORE) return status;
    if (lengths[256] == 0) return find_fault(z, "a block without a code for its end");
    if (!build_inflate_table(&z->literals, LITERAL_CODES, lengths, literals) ||
        !build_inflate_table(&z->distances, DISTANCE_CODES, lengths + literals, distances))
        return find_fault(z, "an impossible Huffman code");
    return INFLATE_MORE;
}

/* RFC 1951, section 3.2.6. */
static void set_fixed_codes(inflater *z) {
    if (z->has_fixed_codes) return;
    z->has_fixed_codes = true;
    uint8_t lengths[MAX_SYMBOLS];
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    build_inflate_table(&z->literals, LITERAL_CODES, lengths, MAX_SYMBOLS);
    memset(lengths, 5, 32);
    build_inflate_table(&z->distances, DISTANCE_CODES, lengths, 32);
}

inflate_status read_block_header(inflater *z) {
    uint32_t header;
    if (!read_bits(z, 3, &header)) return INFLATE_TRUNCATED;
    z->last_block = header & 1;
    z->state = BLOCK_CODED;
    if (header >> 1 == 1) set_fixed_codes(z);
    if (header >> 1 == 2) return read_dynamic_codes(z);
    if (header >> 1 == 3) return find_fault(z, "a block of a kind that DEFLATE lacks");
    if (header >> 1 == 0) {
        uint8_t sizes[4];
        if (!read_stream_bytes(z, 4, sizes)) return INFLATE_TRUNCATED;
        z->stored_left = sizes[0] | (uint32_t)sizes[1] << 8;
        if ((z->stored_left ^ 0xffff) != (sizes[2] | (uint32_t)sizes[3] << 8))
            return find_fault(z, "a stored block whose size contradicts its complement");
        z->state = BLOCK_STORED;
    }
    return INFLATE_MORE;
}
