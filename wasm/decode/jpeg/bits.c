/* Reading of bits near markers, and what stands between the intervals of a scan (T.81 F.2.2.5, B.1.1.5). What stands
   behind the last unit of a scan is never read: hardware leaves bytes there. */
#include "bits.h"

bit_reader refill_slowly(bit_reader r) {
    /* Below `count` may stand bits of bytes that were not taken yet. */
    r.bits = r.count ? r.bits & ~(uint64_t)0 << (64 - r.count) : 0;
    while (r.count <= 56) {
        uint64_t byte = 0;
        if (r.next < r.end && *r.next != 0xFF) {
            byte = *r.next++;
        } else {
            const uint8_t *at = r.next;
            while (at < r.end && *at == 0xFF) at++;
            if (at < r.end && *at == 0) {
                byte = 0xFF;
                r.next = at + 1;
            } else {
                /* A marker or the end: zeros follow, and fill bytes are passed for good. */
                r.next = at < r.end ? at - 1 : r.end;
                r.padding += 8;
            }
        }
        r.bits |= byte << (56 - r.count);
        r.count += 8;
    }
    return r;
}

int32_t find_long_code(uint64_t bits, const huffman_table *t) {
    uint32_t window = (uint32_t)(bits >> 48), length = LOOKAHEAD + 1;
    while (length <= 16 && window >= t->limits[length]) length++;
    if (length > 16) return 0;
    uint32_t symbol = t->symbols[((int32_t)(window >> (16 - length)) + t->offsets[length]) & 0xFF];
    return (int32_t)(symbol << 16 | length);
}

BEGIN_COLD

/* Moves to the marker behind an interval; counts bytes on the way that are not padding. */
static int end_interval(bit_reader *r, size_t *left) {
    int32_t count = r->count - r->padding;
    *left = 0;
    if (count < 0) return 1;
    uint64_t bits = r->bits << (count & 7);
    for (count >>= 3; count > 0; count--, bits <<= 8) {
        uint8_t byte = (uint8_t)(bits >> 56);
        if (byte != 0 && byte != 0xFF) ++*left;
    }
    const uint8_t *at = r->next;
    while (at < r->end && !(at[0] == 0xFF && r->end - at > 1 && at[1] >= RST0 && at[1] <= RST7)) {
        if (*at != 0 && *at != 0xFF) ++*left;
        at++;
    }
    r->next = at;
    r->bits = 0;
    r->count = r->padding = 0;
    return 0;
}

decode_code refuse_early_end(jpeg *d, bit_reader r) {
    /* A restart marker that comes too early is a fault; at the end of the scan data are missing. */
    if (r.next < r.end) return refuse(d->why, DECODE_CORRUPT, "an interval of image data that ends early");
    return refuse(d->why, DECODE_TRUNCATED, "image data that end early");
}

decode_code restart_scan(jpeg *d, scan *s) {
    size_t left;
    if (end_interval(&s->reader, &left)) return refuse_early_end(d, s->reader);
    if (left) return refuse(d->why, DECODE_CORRUPT, "data left over in an interval of the image data");
    if (s->reader.end - s->reader.next < 2 || s->reader.next[1] != RST0 + s->next_restart) {
        return refuse(d->why, DECODE_CORRUPT, "a restart marker missing or out of order");
    }
    s->reader.next += 2;
    s->next_restart = (s->next_restart + 1) & 7;
    s->units_until_restart = s->interval;
    memset(s->predictions, 0, sizeof s->predictions);
    return DECODE_OK;
}

END_COLD
