/* Reads a zlib stream (RFC 1950) row by row through a window, and proves its checksum. */
#ifndef WEBPARITY_ZLIB_STREAM_H
#define WEBPARITY_ZLIB_STREAM_H

#include "decode/image.h"
#include "inflate.h"

typedef struct {
    inflater flow;
    uint8_t *window;
    size_t capacity;
    uint8_t *next, *end; /* what is inflated and not yet read */
    bool begun, ended;
    uint32_t adler;
} zlib_stream;

/* Begins a stream of which `longest` bytes at most are read at once, `total` in all; false without memory. */
bool open_zlib_stream(zlib_stream *stream, byte_source *source, size_t longest, uint64_t total);
/* Gives the next `size` bytes, valid until the next call; NULL, with the reason, where the stream lacks them. */
const uint8_t *read_inflated(zlib_stream *stream, size_t size, refusal *why);
/* Inflates what is left, up to `most` bytes that nobody reads, and holds the checksum against it. */
decode_code close_zlib_stream(zlib_stream *stream, uint64_t most, refusal *why);

#endif
