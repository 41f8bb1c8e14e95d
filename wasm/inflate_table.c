/* Lookup tables of DEFLATE's Huffman codes: one lookup for short codes, a second one for long codes. */
#include "inflate_table.h"

enum { MAX_CODE_BITS = 15 };

/* RFC 1951, section 3.2.5: base values and extra bits of length codes 257..285 and of distance codes. */
static const uint16_t LENGTH_BASE[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t LENGTH_EXTRA[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};

static uint32_t describe_distance(uint32_t symbol) {
    if (symbol >= 30) return ENTRY_INVALID;
    if (symbol < 4) return (symbol + 1) << 16;
    uint32_t extra = symbol / 2 - 1, base = ((2 + (symbol & 1)) << extra) + 1;
    return base << 16 | extra;
}

static uint32_t describe_literal(uint32_t symbol) {
    if (symbol < 256) return ENTRY_LITERAL | symbol << 16;
    if (symbol == 256) return ENTRY_END;
    if (symbol > 285) return ENTRY_INVALID;
    return (uint32_t)LENGTH_BASE[symbol - 257] << 16 | LENGTH_EXTRA[symbol - 257];
}

/* The entry of a symbol without its code's bits: value, kind and extra bits. */
static uint32_t describe_symbol(code_kind kind, uint32_t symbol) {
    if (kind == LITERAL_CODES) return describe_literal(symbol);
    return kind == DISTANCE_CODES ? describe_distance(symbol) : symbol << 16;
}

static uint32_t first_level_bits(code_kind kind) {
    return kind == LITERAL_CODES ? LITERAL_TABLE_BITS : kind == DISTANCE_CODES ? DISTANCE_TABLE_BITS : 7;
}

/* Adds 1 to a number of `bits` bits whose highest bit comes last. */
static uint32_t increase_reversed(uint32_t code, uint32_t bits) {
    uint32_t bit = (uint32_t)1 << (bits - 1);
    while (code & bit) bit >>= 1;
    return bit ? (code & (bit - 1)) | bit : 0;
}

/* zlib accepts a complete code, or, for literals and distances, one code of one bit or none. */
static bool is_accepted(code_kind kind, const uint16_t *counts) {
    int32_t left = 1;
    uint32_t longest = 0;
    for (uint32_t bits = 1; bits <= MAX_CODE_BITS; bits++) {
        left = left * 2 - counts[bits];
        if (left < 0) return false;
        if (counts[bits]) longest = bits;
    }
    return left == 0 || longest == 0 || (kind != LENGTH_CODES && longest == 1);
}

/* How many index bits the subtable needs that starts at the code of `bits` bits, `rank` codes of them being used. */
static uint32_t measure_subtable(const uint16_t *left_counts, uint32_t bits, uint32_t root) {
    uint32_t index_bits = bits - root;
    int32_t room = (int32_t)1 << index_bits;
    while (root + index_bits < MAX_CODE_BITS) {
        room -= left_counts[root + index_bits];
        if (room <= 0) break;
        index_bits++;
        room *= 2;
    }
    return index_bits;
}

static void sort_symbols(const uint8_t *lengths, uint32_t count, const uint16_t *counts, uint16_t *sorted) {
    uint16_t offsets[MAX_CODE_BITS + 2] = {0};
    for (uint32_t bits = 1; bits <= MAX_CODE_BITS; bits++) offsets[bits + 1] = (uint16_t)(offsets[bits] + counts[bits]);
    for (uint32_t symbol = 0; symbol < count; symbol++)
        if (lengths[symbol]) sorted[offsets[lengths[symbol]]++] = (uint16_t)symbol;
}

bool build_inflate_table(inflate_table *table, code_kind kind, const uint8_t *lengths, uint32_t count) {
    uint16_t counts[MAX_CODE_BITS + 1] = {0}, sorted[MAX_SYMBOLS];
    if (count > MAX_SYMBOLS) return false;
    for (uint32_t symbol = 0; symbol < count; symbol++) counts[lengths[symbol]]++;
    counts[0] = 0;
    if (!is_accepted(kind, counts)) return false;
    sort_symbols(lengths, count, counts, sorted);

    uint32_t longest = MAX_CODE_BITS;
    while (longest > 1 && counts[longest] == 0) longest--;
    uint32_t root = longest < first_level_bits(kind) ? longest : first_level_bits(kind);
    uint32_t size = (uint32_t)1 << root;
    table->mask = size - 1;
    /* What an incomplete code leaves open. */
    if (longest == 1)
        for (uint32_t i = 0; i < size; i++) table->entries[i] = ENTRY_INVALID | 1;

    uint32_t code = 0, next = 0, subtable = 0, subtable_bits = 0, subtable_prefix = UINT32_MAX;
    for (uint32_t bits = 1; bits <= longest; bits++) {
        for (; counts[bits]; counts[bits]--) {
            uint32_t entry = describe_symbol(kind, sorted[next++]);
            if (bits <= root) {
                entry += bits << 8 | bits;
                for (uint32_t i = code; i <= table->mask; i += (uint32_t)1 << bits) table->entries[i] = entry;
            } else {
                uint32_t prefix = code & table->mask;
                if (prefix != subtable_prefix) {
                    subtable = size;
                    subtable_bits = measure_subtable(counts, bits, root);
                    subtable_prefix = prefix;
                    size += (uint32_t)1 << subtable_bits;
                    if (size > MAX_TABLE_ENTRIES) return false;
                    table->entries[prefix] = ENTRY_SUBTABLE | subtable << 16 | subtable_bits << 8 | root;
                }
                uint32_t own = bits - root;
                entry += own << 8 | own;
                for (uint32_t i = code >> root; i < (uint32_t)1 << subtable_bits; i += (uint32_t)1 << own)
                    table->entries[subtable + i] = entry;
            }
            code = increase_reversed(code, bits);
        }
    }
    return true;
}
