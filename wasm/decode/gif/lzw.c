/* LZW as GIF packs it (GIF89a specification, appendix F). Every string has been written before, so that a code is where it
   was written and how long it is: no tree is walked. */
#include "../../match_copy.h"
#include "../../memory.h"
#include "gif.h"

enum { MAX_CODE_BITS = 12, MAX_CODES = 1 << MAX_CODE_BITS };

typedef struct {
    uint32_t at, length;
} string;

typedef struct {
    const uint8_t *in, *in_end;       /* of the file */
    const uint8_t *block, *block_end; /* of the data block */
    uint64_t bits;
    uint32_t bit_count;
    string strings[MAX_CODES];
} lzw_decoder;

/* Begins the next data block, which must be there whole; false at the end of the data. */
static bool begin_block(lzw_decoder *z) {
    if (z->in == z->in_end || *z->in == 0 || z->in_end - z->in <= *z->in) return false;
    z->block = z->in + 1;
    z->in = z->block_end = z->block + z->in[0];
    return true;
}

/* Reads a code, lowest bits first; false where the data end. */
static bool read_code(lzw_decoder *z, uint32_t width, uint32_t *code) {
    while (z->bit_count < width) {
        if (z->block == z->block_end && !begin_block(z)) return false;
        z->bits |= (uint64_t)*z->block++ << z->bit_count;
        z->bit_count += 8;
    }
    *code = (uint32_t)z->bits & ((1u << width) - 1);
    z->bits >>= width;
    z->bit_count -= width;
    return true;
}

static decode_code decode_strings(lzw_decoder *z, uint32_t code_bits, uint8_t *indices, size_t count, refusal *why) {
    const uint32_t clear = 1u << code_bits, end = clear + 1;
    uint32_t width = code_bits + 1, next = clear + 2, code;
    string last = {0, 0}; /* the string before; none after a clear code */
    size_t at = 0;
    while (at < count) {
        if (!read_code(z, width, &code) || code == end)
            return refuse(why, DECODE_TRUNCATED, "a GIF whose data end before its last row");
        if (code == clear) {
            width = code_bits + 1;
            next = clear + 2;
            last.length = 0;
            continue;
        }
        string now = {(uint32_t)at, 1};
        if (code < clear) {
            indices[at] = (uint8_t)code;
        } else {
            /* The code that is about to be made is the string before and its first index again. */
            if (code > next || last.length == 0) return refuse(why, DECODE_CORRUPT, "a GIF with a code that is not made yet");
            string source = code == next ? (string){last.at, last.length + 1} : z->strings[code];
            now.length = source.length < count - at ? source.length : (uint32_t)(count - at);
            copy_match(indices + at, (uint32_t)at - source.at, now.length);
        }
        at += now.length;
        if (last.length && next < MAX_CODES) {
            z->strings[next] = (string){last.at, last.length + 1};
            if (next == (1u << width) - 1 && width < MAX_CODE_BITS) width++;
            next++;
        }
        last = now;
    }
    return DECODE_OK;
}

decode_code decode_lzw(const uint8_t *bytes, size_t size, const gif_frame *frame, uint8_t *indices, size_t count, refusal *why) {
    lzw_decoder *z = allocate_zeros(sizeof *z);
    if (!z) return refuse(why, DECODE_OUT_OF_MEMORY, "no memory for the tables");
    z->in = bytes + frame->data;
    z->in_end = bytes + size;
    return decode_strings(z, frame->code_bits, indices, count, why);
}
