/* Reads a zlib stream (RFC 1950) through a window: 32 KiB that matches refer to, and what is inflated ahead. */
#include "zlib_stream.h"

#include "checksum.h"
#include "memory.h"

enum { AHEAD = 98304 }; /* keeps the window within a processor's second cache */

bool open_zlib_stream(zlib_stream *stream, byte_source *source, size_t longest, uint64_t total) {
    size_t ahead = longest > AHEAD ? longest : AHEAD;
    if (ahead > total) ahead = (size_t)total;
    *stream = (zlib_stream){.capacity = INFLATE_WINDOW + ahead, .adler = 1};
    stream->window = allocate(stream->capacity + INFLATE_SLACK);
    stream->next = stream->end = stream->window;
    start_inflating(&stream->flow, source);
    return stream->window != NULL;
}

/* RFC 1950, section 2.2: method 8, a window up to 32 KiB, no dictionary. */
static decode_code read_header(zlib_stream *stream, refusal *why) {
    uint8_t header[2];
    if (!read_stream_bytes(&stream->flow, 2, header)) return refuse(why, DECODE_TRUNCATED, "no compressed data");
    if ((header[0] & 15) != 8 || header[0] >> 4 > 7 || header[1] & 32 || (header[0] << 8 | header[1]) % 31)
        return refuse(why, DECODE_CORRUPT, "compressed data without a zlib header");
    stream->begun = true;
    return DECODE_OK;
}

/* Moves the last 32 KiB, and all that is not yet read, to the window's begin. */
static void slide(zlib_stream *stream) {
    size_t kept = (size_t)(stream->end - stream->next);
    if (kept < INFLATE_WINDOW) kept = INFLATE_WINDOW;
    if ((size_t)(stream->end - stream->window) <= kept) return;
    size_t moved = (size_t)(stream->end - stream->window) - kept;
    memmove(stream->window, stream->window + moved, kept);
    stream->next -= moved;
    stream->end -= moved;
}

/* Inflates as far as the window reaches. */
static decode_code inflate_ahead(zlib_stream *stream, refusal *why) {
    if (!stream->begun && read_header(stream, why) != DECODE_OK) return why->code;
    slide(stream);
    uint8_t *from = stream->end;
    inflate_status status =
        inflate_some(&stream->flow, stream->window, &stream->end, stream->window + stream->capacity);
    stream->adler = update_adler(stream->adler, from, (size_t)(stream->end - from));
    stream->ended = status == INFLATE_END;
    if (status == INFLATE_TRUNCATED) return refuse(why, DECODE_TRUNCATED, "compressed data that stop before their end");
    if (status == INFLATE_CORRUPT) return refuse(why, DECODE_CORRUPT, stream->flow.fault);
    return DECODE_OK;
}

const uint8_t *read_inflated(zlib_stream *stream, size_t size, refusal *why) {
    while ((size_t)(stream->end - stream->next) < size) {
        if (stream->ended) {
            refuse(why, DECODE_TRUNCATED, "compressed data with fewer rows than the image");
            return NULL;
        }
        if (inflate_ahead(stream, why) != DECODE_OK) return NULL;
    }
    const uint8_t *bytes = stream->next;
    stream->next += size;
    return bytes;
}

decode_code close_zlib_stream(zlib_stream *stream, uint64_t most, refusal *why) {
    uint64_t unread = 0;
    for (;;) {
        unread += (uint64_t)(stream->end - stream->next);
        stream->next = stream->end;
        if (unread > most) return refuse(why, DECODE_TOO_MUCH_WORK, "far more compressed data than the image needs");
        if (stream->ended) break;
        if (inflate_ahead(stream, why) != DECODE_OK) return why->code;
    }
    uint8_t sum[4];
    if (!read_stream_bytes(&stream->flow, 4, sum))
        return refuse(why, DECODE_TRUNCATED, "compressed data without their checksum");
    uint32_t stated = (uint32_t)sum[0] << 24 | (uint32_t)sum[1] << 16 | (uint32_t)sum[2] << 8 | sum[3];
    return stated == stream->adler ? DECODE_OK : refuse(why, DECODE_CORRUPT, "image data with a wrong checksum");
}
