/* Quantization and Huffman tables: reading (T.81 B.2.4) and making ready for decoding. */
#include "jpeg.h"

BEGIN_COLD

/* T.81 figure A.6. */
const uint8_t jpeg_zigzag[BLOCK_SIZE] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

decode_code read_quantization_tables(jpeg *d, const uint8_t *body, size_t length) {
    while (length > 0) {
        uint32_t wide = body[0] >> 4, number = body[0] & 15;
        size_t needed = 1 + (size_t)BLOCK_SIZE * (wide ? 2 : 1);
        if (wide > 1 || number >= MAX_TABLES || length < needed) {
            return refuse(d->why, DECODE_CORRUPT, "a malformed quantization table");
        }
        for (uint32_t i = 0; i < BLOCK_SIZE; i++) {
            d->divisors[number][i] = (uint16_t)(wide ? read_u16(body + 1 + 2 * i) : body[1 + i]);
        }
        d->has_divisors[number] = 1;
        body += needed;
        length -= needed;
    }
    return DECODE_OK;
}

decode_code read_huffman_tables(jpeg *d, const uint8_t *body, size_t length) {
    while (length > 0) {
        if (length < 17) return refuse(d->why, DECODE_CORRUPT, "a malformed Huffman table");
        uint32_t kind = body[0] >> 4, number = body[0] & 15, total = 0;
        for (uint32_t i = 1; i <= 16; i++) total += body[i];
        if (kind > 1 || number >= MAX_TABLES || total > 256 || length < 17 + total) {
            return refuse(d->why, DECODE_CORRUPT, "a malformed Huffman table");
        }
        huffman_definition *to = kind ? &d->ac[number] : &d->dc[number];
        memcpy(to->counts, body, 17);
        memset(to->symbols, 0, sizeof to->symbols);
        memcpy(to->symbols, body + 17, total);
        to->defined = 1;
        body += 17 + total;
        length -= 17 + total;
    }
    return DECODE_OK;
}

/* The tables of T.81 K.3, which Motion-JPEG frames leave out; as counts, then symbols. */
static const uint8_t STANDARD_DC[2][28] = {
    {0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
    {0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
};
static const uint8_t STANDARD_AC_COUNTS[2][16] = {
    {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125},
    {0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119},
};
/* The symbols that stand before the regular rest: luminance, chrominance. */
static const uint8_t STANDARD_AC_SYMBOLS[2][43] = {
    {0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61,
     0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52,
     0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19},
    {0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61,
     0x71, 0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33,
     0x52, 0xF0, 0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1},
};

/* Behind them both tables hold all symbols that are missing, in ascending order. */
static void complete_symbols(uint8_t *symbols, const uint8_t *begin) {
    uint8_t seen[256] = {0};
    uint32_t count = 0;
    for (; count < 43; count++) {
        symbols[count] = begin[count];
        seen[begin[count]] = 1;
    }
    for (uint32_t symbol = 0; symbol < 256 && count < 162; symbol++) {
        uint32_t run = symbol >> 4, size = symbol & 15;
        if (size >= 1 && size <= 10 && run <= 15 && !seen[symbol]) symbols[count++] = (uint8_t)symbol;
    }
}

void set_standard_tables(jpeg *d) {
    for (uint32_t i = 0; i < 2; i++) {
        if (!d->dc[i].defined) {
            memcpy(d->dc[i].counts + 1, STANDARD_DC[i], 16);
            memcpy(d->dc[i].symbols, STANDARD_DC[i] + 16, 12);
        }
        if (!d->ac[i].defined) {
            memcpy(d->ac[i].counts + 1, STANDARD_AC_COUNTS[i], 16);
            complete_symbols(d->ac[i].symbols, STANDARD_AC_SYMBOLS[i]);
        }
        d->dc[i].defined = d->ac[i].defined = 1;
    }
}

END_COLD

/* An entry for the code that begins a window of LOOKAHEAD bits; its fields, from the low bits:
   8 bits: how many bits to take; 8 bits: the run of zeros before the value, or how to go on; 16 bits: the value.
   Value and code are one entry where both fit into the window. */
static int32_t make_entry(uint32_t window, uint32_t length, uint32_t symbol, int is_dc) {
    uint32_t run = is_dc ? 0 : symbol >> 4, size = is_dc ? symbol : symbol & 15;
    if (size == 0) {
        /* 0x40: no value, but a run of blocks' ends (T.81 G.1.2.2) or one end. */
        if (!is_dc && run < 15) run |= 0x40;
        return (int32_t)(run << 8 | length);
    }
    if (length + size > LOOKAHEAD) return (int32_t)(symbol << 16 | 0x80 << 8 | length);
    uint32_t raw = window >> (LOOKAHEAD - length - size) & ((1u << size) - 1);
    int32_t value = raw >> (size - 1) ? (int32_t)raw : (int32_t)raw - (int32_t)(1u << size) + 1;
    return (int32_t)((uint32_t)value << 16 | run << 8 | (length + size));
}

decode_code build_huffman_table(jpeg *d, const huffman_definition *from, int is_dc, huffman_table *to) {
    if (!from->defined) return refuse(d->why, DECODE_CORRUPT, "a scan without its Huffman table");
    /* 0x80 with a length of 0: a code longer than the window, or none. */
    for (uint32_t i = 0; i < 1 << LOOKAHEAD; i++) to->entries[i] = 0x80 << 8;
    uint32_t code = 0, place = 0;
    for (uint32_t length = 1; length <= 16; length++) {
        to->offsets[length] = (int32_t)place - (int32_t)code;
        for (uint32_t i = 0; i < from->counts[length]; i++, code++, place++) {
            uint32_t symbol = from->symbols[place];
            if (is_dc && symbol > 15) return refuse(d->why, DECODE_CORRUPT, "a Huffman table of impossible sizes");
            if (code >= 1u << length) break;
            if (length > LOOKAHEAD) continue;
            uint32_t begin = code << (LOOKAHEAD - length), end = (code + 1) << (LOOKAHEAD - length);
            for (uint32_t window = begin; window < end; window++) {
                to->entries[window] = make_entry(window, length, symbol, is_dc);
            }
        }
        /* No code is all ones (T.81 C.2), which libjpeg demands too. */
        if (from->counts[length] && code >= 1u << length) {
            return refuse(d->why, DECODE_CORRUPT, "a Huffman table of too many codes");
        }
        to->limits[length] = code << (16 - length);
        code <<= 1;
    }
    memcpy(to->symbols, from->symbols, sizeof to->symbols);
    return DECODE_OK;
}
