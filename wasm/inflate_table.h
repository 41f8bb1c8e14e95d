/* Lookup tables of DEFLATE's Huffman codes (RFC 1951, section 3.2.2). */
#ifndef WEBPARITY_INFLATE_TABLE_H
#define WEBPARITY_INFLATE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* An entry: bits 0-5: bits to take, extra bits included; 8-11: those of the code alone, or a subtable's index bits;
   13-15: what is no plain length or distance; 16-30: a literal, a base value or where the subtable starts; 31: a literal. */
enum {
    ENTRY_BITS = 63,
    ENTRY_INVALID = 1 << 13,
    ENTRY_END = 1 << 14,
    ENTRY_SUBTABLE = 1 << 15,
    ENTRY_EXCEPTION = ENTRY_INVALID | ENTRY_END | ENTRY_SUBTABLE,
};
#define ENTRY_LITERAL ((uint32_t)1 << 31)

/* The most entries that a table can need: 2342 for 288 codes of up to 15 bits behind 11 bits (computed by exhaustion). */
enum { LITERAL_TABLE_BITS = 11, DISTANCE_TABLE_BITS = 9, MAX_TABLE_ENTRIES = 2400, MAX_SYMBOLS = 288 };

typedef struct {
    uint32_t mask; /* of the index of the first level */
    uint32_t entries[MAX_TABLE_ENTRIES];
} inflate_table;

typedef enum { LITERAL_CODES, DISTANCE_CODES, LENGTH_CODES } code_kind;

/* Builds the table of canonical codes of these lengths (0..15); false where they form no code that zlib accepts. */
bool build_inflate_table(inflate_table *table, code_kind kind, const uint8_t *lengths, uint32_t count);

#endif
