/* The walk over a file's marker segments (T.81 B.1, B.2) up to its end marker; what follows is ignored. */
#include "jpeg.h"

BEGIN_COLD

/* The end of a scan: its first marker that is not a restart, or the end of the file. */
static size_t find_scan_end(const jpeg *d, size_t at) {
    while (at + 1 < d->size) {
#if WEBPARITY_SIMD
        while (d->size - at >= 17) {
            v128_t found = wasm_i8x16_eq(wasm_v128_load(d->bytes + at), wasm_u8x16_splat(0xFF));
            if (wasm_v128_any_true(found)) {
                at += (size_t)__builtin_ctz(wasm_i8x16_bitmask(found));
                break;
            }
            at += 16;
        }
        if (at + 1 >= d->size) break;
#endif
        uint8_t next = d->bytes[at + 1];
        if (d->bytes[at] == 0xFF && next != 0 && next != 0xFF && !(next >= RST0 && next <= RST7)) return at;
        at++;
    }
    return d->size;
}

static void read_application_data(jpeg *d, uint8_t marker, const uint8_t *body, size_t length) {
    if (marker == APP0 && length >= 14 && memcmp(body, "JFIF", 5) == 0) {
        d->has_jfif = 1;
    } else if (marker == APP14 && length >= 12 && memcmp(body, "Adobe", 5) == 0) {
        d->has_adobe = 1;
        d->adobe_transform = body[11];
    } else if (marker == APP1 && length >= 6 && !d->has_exif && memcmp(body, "Exif\0", 6) == 0) {
        d->has_exif = 1;
        d->orientation = read_orientation(body, length);
    }
}

/* The number of lines that a DNL segment at `at` gives (T.81 B.2.5), 0 where there is none. */
static uint32_t read_line_count(const jpeg *d, size_t at) {
    if (d->size - at < 6 || d->bytes[at + 1] != DNL || read_u16(d->bytes + at + 2) != 4) return 0;
    return read_u16(d->bytes + at + 4);
}

static decode_code build_scan_tables(jpeg *d, const uint8_t *body, scan *s) {
    huffman_table *tables = d->progressive ? d->scratch_tables : allocate(2 * s->count * sizeof *tables);
    if (!tables) return refuse(d->why, DECODE_OUT_OF_MEMORY, "no room for Huffman tables");
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t dc = body[2 + 2 * i] >> 4, ac = body[2 + 2 * i] & 15;
        int needs_dc = !d->progressive || (s->first == 0 && s->high == 0);
        int needs_ac = !d->progressive || s->first > 0;
        if ((needs_dc && dc >= MAX_TABLES) || (needs_ac && ac >= MAX_TABLES)) {
            return refuse(d->why, DECODE_CORRUPT, "a scan without its Huffman table");
        }
        decode_code code = DECODE_OK;
        if (needs_dc) code = build_huffman_table(d, &d->dc[dc], 1, &tables[2 * i]);
        if (!code && needs_ac) code = build_huffman_table(d, &d->ac[ac], 0, &tables[2 * i + 1]);
        if (code) return code;
        s->dc[i] = &tables[2 * i];
        s->ac[i] = &tables[2 * i + 1];
    }
    return DECODE_OK;
}

static decode_code begin_first_scan(jpeg *d, size_t end) {
    if (d->height == 0) {
        d->height = read_line_count(d, end);
        if (d->height == 0) return refuse(d->why, DECODE_CORRUPT, "an image without lines");
    }
    choose_color_space(d);
    decode_code code = lay_out_frame(d);
    if (code) return code;
    if (!d->progressive) {
        set_standard_tables(d);
        return DECODE_OK;
    }
    d->scratch_tables = allocate(2 * MAX_COMPONENTS * sizeof *d->scratch_tables);
    if (!d->scratch_tables) return refuse(d->why, DECODE_OUT_OF_MEMORY, "no room for Huffman tables");
    return allocate_coefficients(d);
}

/* Reads a scan header; a progressive scan is decoded at once, a sequential one kept. `*at` moves to its end. */
static decode_code read_scan(jpeg *d, const uint8_t *body, size_t length, size_t *at) {
    size_t begin = *at, end = find_scan_end(d, begin);
    *at = end;
    if (end == d->size) return refuse(d->why, DECODE_TRUNCATED, "a file that ends within its image data");
    scan alone = {0};
    if (!d->progressive && d->scan_count >= d->component_count) {
        return refuse(d->why, DECODE_CORRUPT, "more scans than components");
    }
    scan *s = d->progressive ? &alone : &d->scans[d->scan_count];
    decode_code code = d->scan_count == 0 && d->has_frame ? begin_first_scan(d, end) : DECODE_OK;
    if (!code) code = read_scan_header(d, body, length, s);
    if (!code) code = build_scan_tables(d, body, s);
    if (code) return code;
    s->reader = (bit_reader){d->bytes + begin, d->bytes + end, 0, 0, 0};
    d->scan_count++;
    if (d->progressive) return decode_progressive_scan(d, s);
    for (uint32_t i = 0; i < s->count; i++) {
        component *c = &d->components[s->members[i]];
        if (c->in_sequential_scan) return refuse(d->why, DECODE_CORRUPT, "a component in two scans");
        c->in_sequential_scan = 1;
    }
    return DECODE_OK;
}

static decode_code refuse_marker(jpeg *d, uint8_t marker) {
    if (marker == SOI) return refuse(d->why, DECODE_CORRUPT, "a second start marker");
    if (marker >= 0xC9 && marker <= SOF15 && marker != DAC) {
        return refuse(d->why, DECODE_UNSUPPORTED, "an arithmetic-coded JPEG");
    }
    if (marker == 0xC3) return refuse(d->why, DECODE_UNSUPPORTED, "a lossless JPEG");
    if ((marker >= 0xC5 && marker <= JPG) || marker == DHP || marker == EXP) {
        return refuse(d->why, DECODE_UNSUPPORTED, "a hierarchical JPEG");
    }
    if (marker == SOF55) return refuse(d->why, DECODE_UNSUPPORTED, "a JPEG-LS file");
    return refuse(d->why, DECODE_CORRUPT, "an unknown marker");
}

static decode_code read_segment(jpeg *d, uint8_t marker, size_t *at) {
    int skipped = (marker >= APP0 && marker <= APP15) || marker == COM || marker == DAC || marker == DNL;
    int read = marker == SOF0 || marker == SOF1 || marker == SOF2 || marker == DHT || marker == DQT || marker == DRI ||
               marker == SOS;
    if (!skipped && !read) return refuse_marker(d, marker);
    if (d->size - *at < 2) return refuse(d->why, DECODE_TRUNCATED, "a file that ends within a segment");
    size_t length = read_u16(d->bytes + *at);
    if (length < 2) {
        /* Of metadata libjpeg reads it as an empty segment. */
        if (!skipped) return refuse(d->why, DECODE_CORRUPT, "a segment of impossible length");
        length = 2;
    }
    if (length > d->size - *at) return refuse(d->why, DECODE_TRUNCATED, "a file that ends within a segment");
    const uint8_t *body = d->bytes + *at + 2;
    *at += length;
    length -= 2;
    switch (marker) {
        case SOF0: case SOF1: case SOF2:
            d->progressive = marker == SOF2;
            return read_frame(d, body, length);
        case DHT: return read_huffman_tables(d, body, length);
        case DQT: return read_quantization_tables(d, body, length);
        case DRI:
            if (length != 2) return refuse(d->why, DECODE_CORRUPT, "a malformed restart interval");
            d->interval = read_u16(body);
            return DECODE_OK;
        case SOS: return read_scan(d, body, length, at);
        case DNL:
            if (d->scan_count && length == 2 && read_u16(body) != d->height) {
                return refuse(d->why, DECODE_CORRUPT, "a second number of lines");
            }
            return DECODE_OK;
        default:
            /* What comes behind the first scan's header is too late for libjpeg and for Pillow. */
            if (d->scan_count == 0) read_application_data(d, marker, body, length);
            return DECODE_OK;
    }
}

decode_code read_markers(jpeg *d) {
    size_t at = 2;
    for (;;) {
        /* Stray bytes between segments are passed, as libjpeg does. */
        while (at < d->size && d->bytes[at] != 0xFF) at++;
        while (at < d->size && d->bytes[at] == 0xFF) at++;
        if (at >= d->size) return refuse(d->why, DECODE_TRUNCATED, "a file without its end marker");
        uint8_t marker = d->bytes[at++];
        if (marker == 0 || marker == TEM || (marker >= RST0 && marker <= RST7)) continue;
        if (marker == EOI) break;
        decode_code code = read_segment(d, marker, &at);
        if (code) return code;
    }
    if (!d->has_frame || d->scan_count == 0) return refuse(d->why, DECODE_CORRUPT, "a file without image data");
    return DECODE_OK;
}

END_COLD
