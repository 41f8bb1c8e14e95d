/* Inflates a DEFLATE stream (RFC 1951) piece by piece. */
#ifndef WEBPARITY_INFLATE_H
#define WEBPARITY_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inflate_table.h"

/* Where compressed bytes come from: gives the next piece, or false after the last. */
typedef struct byte_source byte_source;
struct byte_source {
    bool (*next)(byte_source *self, const uint8_t **bytes, size_t *size);
};

typedef enum { INFLATE_MORE, INFLATE_END, INFLATE_TRUNCATED, INFLATE_CORRUPT } inflate_status;

/* Room that inflate_some may write to behind `limit`: the end of a match, and of a vector. */
enum { INFLATE_SLACK = 258 + 32 };
enum { INFLATE_WINDOW = 32768 };

typedef enum { BLOCK_HEADER, BLOCK_STORED, BLOCK_CODED } block_state;

typedef struct {
    byte_source *source;
    const uint8_t *in, *in_end;
    uint64_t bits;      /* the next bits of the stream, lowest first */
    uint32_t bit_count; /* how many of them are the stream's; those above may be its bytes too */
    block_state state;
    bool last_block;
    uint32_t stored_left;
    bool has_fixed_codes; /* the tables are those of section 3.2.6 */
    const char *fault; /* what was found where the stream is corrupt */
    inflate_table literals, distances;
} inflater;

void start_inflating(inflater *z, byte_source *source);
/* Inflates behind `*out` until `limit` is reached; `start` is where the bytes begin that matches may refer to. */
inflate_status inflate_some(inflater *z, const uint8_t *start, uint8_t **out, const uint8_t *limit);
/* Reads whole bytes behind the stream's end (or before its begin), low bits first; false where there are too few. */
bool read_stream_bytes(inflater *z, uint32_t count, uint8_t *bytes);

#endif
