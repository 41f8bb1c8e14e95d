/* Reading of prefix codes, and their tables (section 6.2). */
#include "vp8l.h"

enum { MAX_LENGTH = 15, LENGTH_CODES = 19, PIECE = 1 << 16 };
/* 256 MiB of tables: far more than an encoder writes, less than a small file could ask for. */
#define MAX_TABLE_ENTRIES ((size_t)1 << 26)

COLD uint32_t read_header_bits(bit_reader *bits, uint32_t count) {
    refill_bits(bits);
    return read_ready_bits(bits, count);
}

static COLD uint32_t *take_entries(table_pool *pool, size_t count) {
    if (pool->left < count) {
        size_t piece = pool->total < PIECE ? PIECE / 16 : PIECE;
        if (piece < count) piece = count;
        pool->entries = allocate(piece * sizeof *pool->entries);
        pool->left = pool->entries ? piece : 0;
        pool->total += piece;
        if (!pool->entries) return NULL;
    }
    uint32_t *taken = pool->entries;
    pool->entries += count;
    pool->left -= count;
    return taken;
}

/* The code after `code` of `length` bits, whose first bit is the lowest. */
static uint32_t next_code(uint32_t code, uint32_t length) {
    uint32_t step = 1u << (length - 1);
    while (code & step) step >>= 1;
    return (code & (step - 1)) | step;
}

static inline void fill_entries(uint32_t *table, uint32_t from, uint32_t step, uint32_t size, uint32_t entry) {
    SMALL_LOOP for (uint32_t i = from; i < size; i += step) table[i] = entry;
}

/* Symbols by length, and in their order within each. Tells how many there are. */
static uint32_t sort_symbols(const uint8_t *lengths, uint32_t alphabet, uint32_t counts[MAX_LENGTH + 1],
                             uint16_t *sorted) {
    uint32_t begins[MAX_LENGTH + 1], used = 0;
    memset(counts, 0, (MAX_LENGTH + 1) * sizeof *counts);
    SMALL_LOOP for (uint32_t i = 0; i < alphabet; i++) counts[lengths[i]]++;
    counts[0] = 0;
    SMALL_LOOP for (uint32_t length = 1; length <= MAX_LENGTH; length++) {
        begins[length] = used;
        used += counts[length];
    }
    SMALL_LOOP for (uint32_t i = 0; i < alphabet; i++) if (lengths[i]) sorted[begins[lengths[i]]++] = (uint16_t)i;
    return used;
}

/* Whether the codes of these lengths use up all bit patterns, and none twice. */
static COLD bool is_complete(const uint32_t counts[MAX_LENGTH + 1]) {
    int32_t open = 1;
    SMALL_LOOP for (uint32_t length = 1; length <= MAX_LENGTH; length++) {
        open = 2 * open - (int32_t)counts[length];
        if (open < 0) return false;
    }
    return open == 0;
}

/* The size of the table for what follows a root entry: as many bits as its longest code has. */
static COLD uint32_t measure_link(const uint32_t counts[MAX_LENGTH + 1], uint32_t length) {
    int32_t open = 1 << (length - ROOT_BITS);
    while (length < MAX_LENGTH) {
        open -= (int32_t)counts[length];
        if (open <= 0) break;
        length++;
        open *= 2;
    }
    return length - ROOT_BITS;
}

/* Fills the tables for codes longer than ROOT_BITS. `counts` holds how many symbols of each length are left. Without
   a table it only counts entries. */
static __attribute__((noinline)) size_t fill_links(uint32_t *table, size_t size, uint32_t code, const uint16_t *symbol,
                                                   uint32_t counts[MAX_LENGTH + 1]) {
    uint32_t prefix = UINT32_MAX, link_bits = 0;
    size_t begin = size;
    SMALL_LOOP for (uint32_t length = ROOT_BITS + 1; length <= MAX_LENGTH; length++) {
        for (; counts[length] > 0; counts[length]--, symbol++, code = next_code(code, length)) {
            uint32_t root = code & ((1u << ROOT_BITS) - 1);
            if (root != prefix) {
                prefix = root;
                begin = size;
                link_bits = measure_link(counts, length);
                size += (size_t)1 << link_bits;
                if (table) table[root] = (uint32_t)begin << 8 | LINK | link_bits;
            }
            if (table)
                fill_entries(table + begin, code >> ROOT_BITS, 1u << (length - ROOT_BITS), 1u << link_bits,
                             (uint32_t)*symbol << 8 | length);
        }
    }
    return size;
}

/* Makes the table of canonical codes of these lengths. */
static __attribute__((noinline)) decode_code build_code(const uint8_t *lengths, uint32_t alphabet, table_pool *pool,
                                                        prefix_code *code, refusal *why) {
    uint16_t sorted[MAX_ALPHABET];
    uint32_t counts[MAX_LENGTH + 1], long_counts[MAX_LENGTH + 1];
    uint32_t used = sort_symbols(lengths, alphabet, counts, sorted);
    if (used != 1 && !is_complete(counts))
        return refuse(why, DECODE_CORRUPT, "a prefix code of WebP that is not complete");
    uint32_t longest = used == 1 ? 0 : MAX_LENGTH;
    while (longest > 0 && counts[longest] == 0) longest--;
    uint32_t root_bits = longest < ROOT_BITS ? longest : ROOT_BITS, root_size = 1u << root_bits;

    /* How many codes are short, and the first long one: canonical codes count up, and are read from their upper bit. */
    uint32_t symbols = 0, number = 0, first_long = 0;
    SMALL_LOOP for (uint32_t length = 1; length <= root_bits; length++) {
        symbols += counts[length];
        number += counts[length] << (ROOT_BITS - length);
    }
    SMALL_LOOP for (int i = 0; i < ROOT_BITS; i++) first_long |= (number >> i & 1) << (ROOT_BITS - 1 - i);
    size_t size = root_size;
    if (longest > ROOT_BITS) {
        memcpy(long_counts, counts, sizeof counts);
        size = fill_links(NULL, root_size, first_long, sorted + symbols, long_counts);
    }
    if (pool->total + size > MAX_TABLE_ENTRIES)
        return refuse(why, DECODE_TOO_MUCH_WORK, "prefix codes of WebP that fill over 256 MiB");
    uint32_t *table = take_entries(pool, size);
    if (!table) return refuse(why, DECODE_OUT_OF_MEMORY, "no memory for a WebP image");
    *code = (prefix_code){table, root_size - 1};

    if (used == 1) {
        table[0] = (uint32_t)sorted[0] << 8;
        return DECODE_OK;
    }
    uint32_t at = 0;
    const uint16_t *symbol = sorted;
    SMALL_LOOP for (uint32_t length = 1; length <= root_bits; length++) for (uint32_t i = 0; i < counts[length];
                                                                             i++, at = next_code(at, length))
        fill_entries(table, at, 1u << length, root_size, (uint32_t)*symbol++ << 8 | length);
    if (longest > ROOT_BITS) fill_links(table, root_size, first_long, symbol, counts);
    return DECODE_OK;
}

/* Section 6.2.1, simple code length code: one or two symbols. */
static COLD void read_simple_lengths(bit_reader *bits, uint8_t *lengths) {
    bool has_two = read_header_bits(bits, 1);
    lengths[read_header_bits(bits, read_header_bits(bits, 1) ? 8 : 1)] = 1;
    if (has_two) lengths[read_header_bits(bits, 8)] = 1;
}

/* Section 6.2.1, normal code length code: lengths that are prefix-coded themselves, and runs of them. */
static decode_code read_normal_lengths(bit_reader *bits, uint32_t alphabet, uint8_t *lengths, refusal *why) {
    static const uint8_t ORDER[LENGTH_CODES] = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    uint8_t length_lengths[LENGTH_CODES] = {0};
    uint32_t count = 4 + read_header_bits(bits, 4);
    for (uint32_t i = 0; i < count; i++) length_lengths[ORDER[i]] = (uint8_t)read_header_bits(bits, 3);
    uint32_t entries[1 << ROOT_BITS];
    table_pool pool = {entries, 1 << ROOT_BITS, 0};
    prefix_code code;
    decode_code refused = build_code(length_lengths, LENGTH_CODES, &pool, &code, why);
    if (refused) return refused;

    uint32_t codes = alphabet;
    if (read_header_bits(bits, 1)) {
        codes = 2 + read_header_bits(bits, 2 + 2 * read_header_bits(bits, 3));
        if (codes > alphabet) return refuse(why, DECODE_CORRUPT, "more code lengths than symbols in a WebP image");
    }
    uint8_t previous = 8;
    for (uint32_t i = 0; i < alphabet && codes > 0; codes--) {
        refill_bits(bits);
        uint32_t symbol = read_symbol(bits, code);
        if (symbol < 16) {
            lengths[i++] = (uint8_t)symbol;
            if (symbol) previous = (uint8_t)symbol;
            continue;
        }
        uint32_t repeats = symbol == 16   ? 3 + read_header_bits(bits, 2)
                           : symbol == 17 ? 3 + read_header_bits(bits, 3)
                                          : 11 + read_header_bits(bits, 7);
        if (repeats > alphabet - i)
            return refuse(why, DECODE_CORRUPT, "more code lengths than symbols in a WebP image");
        memset(lengths + i, symbol == 16 ? previous : 0, repeats);
        i += repeats;
    }
    return DECODE_OK;
}

static COLD decode_code read_prefix_code(bit_reader *bits, uint32_t alphabet, table_pool *pool, prefix_code *code,
                                         refusal *why) {
    uint8_t lengths[MAX_ALPHABET];
    memset(lengths, 0, alphabet < LITERALS ? LITERALS : alphabet); /* a simple code may name any of 256 symbols */
    if (read_header_bits(bits, 1)) {
        read_simple_lengths(bits, lengths);
    } else {
        decode_code refused = read_normal_lengths(bits, alphabet, lengths, why);
        if (refused) return refused;
    }
    if (is_past_end(bits)) return refuse(why, DECODE_TRUNCATED, "a WebP image that ends in its prefix codes");
    return build_code(lengths, alphabet, pool, code, why);
}

decode_code read_prefix_group(bit_reader *bits, table_pool *pool, uint32_t cache_bits, prefix_group *group,
                              refusal *why) {
    uint32_t cache_size = cache_bits ? 1u << cache_bits : 0;
    uint32_t alphabets[CODES_PER_GROUP] = {LITERALS + LENGTHS + cache_size, LITERALS, LITERALS, LITERALS, DISTANCES};
    for (int i = 0; i < CODES_PER_GROUP; i++) {
        decode_code code = read_prefix_code(bits, alphabets[i], pool, &group->codes[i], why);
        if (code) return code;
    }
    const prefix_code *codes = group->codes;
    group->only_green = (codes[RED].mask | codes[BLUE].mask | codes[ALPHA].mask) == 0;
    group->one_pixel = false;
    if (!group->only_green) return DECODE_OK;
    group->fixed_pixel = (codes[ALPHA].table[0] >> 8) << 24 | (codes[RED].table[0] >> 8) << 16 |
                         codes[BLUE].table[0] >> 8;
    uint32_t green = codes[GREEN].table[0] >> 8;
    group->one_pixel = codes[GREEN].mask == 0 && green < LITERALS;
    if (group->one_pixel) group->fixed_pixel |= green << 8;
    return DECODE_OK;
}
