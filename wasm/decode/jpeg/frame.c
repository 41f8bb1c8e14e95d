/* Frame and scan headers, and the layout of blocks that follows from them (T.81 B.2.2, B.2.3, A.2). */
#include "jpeg.h"

BEGIN_COLD

enum { MAX_FACTOR = 4 };

/* An image larger than SMALL_IMAGE has at least a byte for so many pixels: the standard tables
   give a white page as many. */
#define SMALL_IMAGE ((uint64_t)1 << 26)
#define PIXELS_PER_BYTE ((uint64_t)64)

decode_code read_frame(jpeg *d, const uint8_t *body, size_t length) {
    if (d->has_frame) return refuse(d->why, DECODE_CORRUPT, "two frames");
    if (length < 6 || length != 6 + 3 * (size_t)body[5]) {
        return refuse(d->why, DECODE_CORRUPT, "a malformed frame header");
    }
    if (body[0] == 12) return refuse(d->why, DECODE_UNSUPPORTED, "a JPEG of 12 bits a sample");
    if (body[0] != 8) return refuse(d->why, DECODE_UNSUPPORTED, "a JPEG of other than 8 bits a sample");
    d->height = read_u16(body + 1);
    d->width = read_u16(body + 3);
    d->component_count = body[5];
    if (d->width == 0 || d->component_count == 0) return refuse(d->why, DECODE_CORRUPT, "an image without pixels");
    if (d->component_count != 1 && d->component_count != 3 && d->component_count != 4) {
        return refuse(d->why, DECODE_UNSUPPORTED, "a JPEG of two, or of more than four, components");
    }
    d->max_h = d->max_v = 1;
    for (uint32_t i = 0; i < d->component_count; i++) {
        component *c = &d->components[i];
        const uint8_t *row = body + 6 + 3 * i;
        c->id = row[0];
        c->h = row[1] >> 4;
        c->v = row[1] & 15;
        c->tq = row[2];
        if (c->h < 1 || c->h > MAX_FACTOR || c->v < 1 || c->v > MAX_FACTOR || c->tq >= MAX_TABLES) {
            return refuse(d->why, DECODE_CORRUPT, "impossible sampling factors");
        }
        if (c->h > d->max_h) d->max_h = c->h;
        if (c->v > d->max_v) d->max_v = c->v;
    }
    d->has_frame = 1;
    return DECODE_OK;
}

/* As libjpeg-turbo chooses (jinit_upsampler): smooth only between factors of 1 and 2, and for 3 columns or more. */
static decode_code choose_upsampling(jpeg *d, component *c) {
    c->h_expand = d->max_h / c->h;
    c->v_expand = d->max_v / c->v;
    if (d->max_h % c->h || d->max_v % c->v) {
        return refuse(d->why, DECODE_UNSUPPORTED, "a JPEG of fractional sampling factors");
    }
    int smooth = c->width > 2;
    if (c->h_expand == 1 && c->v_expand == 1) c->method = COPY;
    else if (c->h_expand == 2 && c->v_expand == 1 && smooth) c->method = FANCY_H2V1;
    else if (c->h_expand == 2 && c->v_expand == 2 && smooth) c->method = FANCY_H2V2;
    else if (c->h_expand == 1 && c->v_expand == 2) c->method = FANCY_H1V2;
    else c->method = REPLICATE;
    return DECODE_OK;
}

decode_code lay_out_frame(jpeg *d) {
    uint64_t pixels = (uint64_t)d->width * d->height;
    if (pixels == 0) return refuse(d->why, DECODE_CORRUPT, "an image without lines");
    if (pixels > MAX_PIXELS) return refuse(d->why, DECODE_TOO_LARGE, "too many pixels");
    if (pixels > SMALL_IMAGE && pixels > d->size * PIXELS_PER_BYTE) {
        return refuse(d->why, DECODE_TOO_MUCH_WORK, "a small file that claims a huge image");
    }
    d->mcus_across = divide_up(d->width, 8 * d->max_h);
    d->mcus_down = divide_up(d->height, 8 * d->max_v);
    for (uint32_t i = 0; i < d->component_count; i++) {
        component *c = &d->components[i];
        c->width = divide_up((uint64_t)d->width * c->h, d->max_h);
        c->height = divide_up((uint64_t)d->height * c->v, d->max_v);
        c->columns = divide_up(c->width, 8);
        c->rows = divide_up(c->height, 8);
        c->padded_columns = d->mcus_across * c->h;
        decode_code code = choose_upsampling(d, c);
        if (code) return code;
    }
    return DECODE_OK;
}

decode_code read_scan_header(jpeg *d, const uint8_t *body, size_t length, scan *s) {
    if (!d->has_frame) return refuse(d->why, DECODE_CORRUPT, "a scan before its frame");
    if (length < 1 || body[0] < 1 || body[0] > d->component_count || length != 4 + 2 * (size_t)body[0]) {
        return refuse(d->why, DECODE_CORRUPT, "a malformed scan header");
    }
    s->count = body[0];
    uint32_t blocks = 0, taken = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        /* Identifiers may repeat: the first component from this place on that has it is meant, as in libjpeg-turbo. */
        uint32_t index = i;
        uint8_t id = body[1 + 2 * i];
        while (index < d->component_count && (d->components[index].id != id || taken >> index & 1)) index++;
        if (index == d->component_count) {
            return refuse(d->why, DECODE_CORRUPT, "a scan of unknown or disordered components");
        }
        component *c = &d->components[index];
        taken |= 1u << index;
        s->members[i] = (uint8_t)index;
        blocks += (uint32_t)c->h * c->v;
        if (!c->has_divisors) {
            if (!d->has_divisors[c->tq]) return refuse(d->why, DECODE_CORRUPT, "a scan without its quantization table");
            /* The table of a component's first scan stays. */
            memcpy(c->divisors, d->divisors[c->tq], sizeof c->divisors);
            c->has_divisors = 1;
        }
    }
    if (s->count > 1 && blocks > MAX_BLOCKS_IN_MCU) return refuse(d->why, DECODE_CORRUPT, "too many blocks in an MCU");
    const uint8_t *rest = body + 1 + 2 * s->count;
    s->first = rest[0];
    s->last = rest[1];
    s->high = rest[2] >> 4;
    s->low = rest[2] & 15;
    s->interval = d->interval;
    s->units_until_restart = d->interval;
    s->next_restart = 0;
    memset(s->predictions, 0, sizeof s->predictions);
    return DECODE_OK;
}

/* As libjpeg-turbo decides at the first scan (default_decompress_parms). */
void choose_color_space(jpeg *d) {
    const component *c = d->components;
    if (d->component_count == 1) {
        d->color = GRAY;
    } else if (d->component_count == 4) {
        d->color = d->has_adobe && d->adobe_transform != 0 ? YCCK : CMYK;
    } else if (d->has_jfif) {
        d->color = YCC;
    } else if (d->has_adobe) {
        d->color = d->adobe_transform == 0 ? RGB : YCC;
    } else {
        d->color = c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B' ? RGB : YCC;
    }
}

END_COLD
