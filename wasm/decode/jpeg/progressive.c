/* Decoding of progressive scans (T.81 G.2) into coefficients, and their way to samples. */
#include "bits.h"

enum { MAX_SHIFT = 13, MAX_COEFFICIENT = 32767 };
/* Blocks that refinement scans may visit without reading a bit: about a tenth of a second. */
#define MAX_BLOCKS_VISITED ((uint64_t)1 << 29)

#define NO_ROOM "no room for coefficients"

/* Coefficients of all components stand together, one MCU row behind the other: what is read can then make room for
   pixels (output.c). */
decode_code allocate_coefficients(jpeg *d) {
    uint64_t row_size = 0;
    for (uint32_t i = 0; i < d->component_count; i++) {
        const component *c = &d->components[i];
        row_size += (uint64_t)c->padded_columns * c->v * BLOCK_SIZE;
    }
    uint64_t size = row_size * d->mcus_down * sizeof *d->coefficients;
    if (size > UINT32_MAX) return refuse(d->why, DECODE_OUT_OF_MEMORY, NO_ROOM);
    d->coefficient_row = (size_t)row_size;
    /* Coefficients are read only where `nonzero` says that they were written. */
    d->coefficients = allocate((size_t)size);
    if (!d->coefficients) return refuse(d->why, DECODE_OUT_OF_MEMORY, NO_ROOM);
    int16_t *first = d->coefficients;
    for (uint32_t i = 0; i < d->component_count; i++) {
        component *c = &d->components[i];
        size_t blocks = (size_t)c->padded_columns * d->mcus_down * c->v;
        c->coefficients = first;
        first += (size_t)c->padded_columns * c->v * BLOCK_SIZE;
        c->nonzero = allocate_zeros(blocks * sizeof *c->nonzero);
        c->dc_values = allocate_zeros(blocks * sizeof *c->dc_values);
        if (!c->nonzero || !c->dc_values) return refuse(d->why, DECODE_OUT_OF_MEMORY, NO_ROOM);
        memset(c->unknown, -1, sizeof c->unknown);
    }
    return DECODE_OK;
}

/* The coefficients of the first block of a row of blocks. */
static int16_t *find_coefficients(const jpeg *d, const component *c, uint32_t y) {
    return c->coefficients + y / c->v * d->coefficient_row + (size_t)(y % c->v) * c->padded_columns * BLOCK_SIZE;
}

decode_code require_all_coefficients(jpeg *d) {
    for (uint32_t i = 0; i < d->component_count; i++) {
        for (uint32_t k = 0; k < BLOCK_SIZE; k++) {
            if (d->components[i].unknown[k] != 0) {
                return refuse(d->why, DECODE_TRUNCATED, "a progressive file with scans missing");
            }
        }
    }
    return DECODE_OK;
}

/* Checks that a scan continues the earlier ones (T.81 G.1.1.1); AC scans may precede the DC scan, as in libjpeg. */
static decode_code register_scan(jpeg *d, const scan *s) {
    int plain = s->first == 0 ? s->last == 0 : s->first <= s->last && s->last < BLOCK_SIZE && s->count == 1;
    if (!plain || s->low > MAX_SHIFT || (s->high != 0 && s->high != s->low + 1)) {
        return refuse(d->why, DECODE_CORRUPT, "a progressive scan that is not allowed");
    }
    for (uint32_t i = 0; i < s->count; i++) {
        int8_t *unknown = d->components[s->members[i]].unknown;
        int8_t expected = s->high ? (int8_t)s->high : -1;
        for (uint32_t k = s->first; k <= s->last; k++) {
            if (unknown[k] != expected) {
                return refuse(d->why, DECODE_CORRUPT, "progressive scans out of order");
            }
            unknown[k] = (int8_t)s->low;
        }
    }
    return DECODE_OK;
}

/* What a scan's loops share. */
typedef struct {
    jpeg *d;
    scan *s;
    /* Blocks that an end-of-band run still covers. */
    uint32_t run;
} scan_decoder;

/* DC values stand apart, so that their scans pass through little memory. */
static inline __attribute__((always_inline)) int decode_dc(const scan *s, bit_reader *r, const huffman_table *table,
                                                           int32_t *prediction, int16_t *to) {
    require_32_bits(r);
    if (s->high) {
        *to |= (int16_t)(take_bits(r, 1) << s->low);
        return 1;
    }
    int32_t e = decode_entry(r, table, 1);
    int32_t value = *prediction + get_value(e), scaled = value * (1 << s->low);
    if (get_run(e) == INVALID || scaled > MAX_COEFFICIENT || scaled < -MAX_COEFFICIENT) return 0;
    *prediction = value;
    *to = (int16_t)scaled;
    return 1;
}

/* The length of an end-of-band run (T.81 G.1.2.2), from the entry that begins it. */
static inline uint32_t read_run(bit_reader *r, uint32_t kind) {
    uint32_t size = kind & 15;
    return size ? (1u << size) + take_bits(r, size) : 1;
}

static inline int decode_first(scan_decoder *w, bit_reader *reader, int16_t *values, uint64_t *mask) {
    scan *s = w->s;
    bit_reader r = *reader;
    uint64_t nonzero = 0;
    for (uint32_t k = s->first; k <= s->last; k++) {
        require_32_bits(&r);
        int32_t e = decode_entry(&r, s->ac[0], 0);
        uint32_t run = get_run(e);
        if (run >= END_OF_BLOCK) {
            if (run == INVALID) return 0;
            w->run = read_run(&r, run) - 1;
            break;
        }
        k += run;
        int32_t value = get_value(e);
        if (value == 0) continue;
        value *= 1 << s->low;
        if (k > s->last || value > MAX_COEFFICIENT || value < -MAX_COEFFICIENT) return 0;
        values[k] = (int16_t)value;
        nonzero |= (uint64_t)1 << k;
    }
    *mask |= nonzero;
    *reader = r;
    return 1;
}

/* One more bit for a value that is not zero. */
static inline void refine_value(bit_reader *r, int16_t *value, int32_t one) {
    require_32_bits(r);
    if (!take_bits(r, 1)) return;
    int32_t refined = *value > 0 ? *value + one : *value - one;
    *value = (int16_t)refined;
}

static inline int decode_refinement(scan_decoder *w, bit_reader *reader, int16_t *values, uint64_t *mask) {
    scan *s = w->s;
    bit_reader r = *reader;
    int32_t one = 1 << s->low;
    /* Bits from k on, up to the band's end, of the values that were known before. */
    uint64_t band = ~(uint64_t)0 >> (BLOCK_SIZE - 1 - s->last), known = *mask & band;
    uint32_t k = s->first;
    known &= ~(uint64_t)0 << k;
    while (w->run == 0 && k <= s->last) {
        require_32_bits(&r);
        int32_t e = decode_entry(&r, s->ac[0], 0);
        uint32_t run = get_run(e);
        int32_t value = get_value(e);
        if (run >= END_OF_BLOCK) {
            if (run == INVALID) return 0;
            w->run = read_run(&r, run);
            break;
        }
        if (value > 1 || value < -1) return 0;
        /* Passes `run` values that are zero, and refines the others on the way. */
        for (;;) {
            uint32_t next = known ? (uint32_t)__builtin_ctzll(known) : s->last + 1;
            if (next - k > run) break;
            run -= next - k;
            k = next;
            if (k > s->last) break;
            refine_value(&r, &values[k], one);
            known &= known - 1;
            k++;
        }
        k += k <= s->last ? run : 0;
        if (value) {
            if (k > s->last) return 0;
            values[k] = (int16_t)(value * one);
            *mask |= (uint64_t)1 << k;
        }
        k++;
    }
    if (w->run) {
        for (; known; known &= known - 1) refine_value(&r, &values[__builtin_ctzll(known)], one);
        w->run--;
    }
    *reader = r;
    return 1;
}

/* The reader comes by value here, so that it stays in registers in the loops. */
static decode_code fail_block(scan_decoder *w, bit_reader r) {
    if (r.count < r.padding) return refuse_early_end(w->d, r);
    return refuse(w->d->why, DECODE_CORRUPT, INVALID_CODE);
}

/* Begins a new interval where the one before is over. */
static inline decode_code count_unit(scan_decoder *w, bit_reader *r) {
    scan *s = w->s;
    if (s->interval == 0) return DECODE_OK;
    if (s->units_until_restart == 0) {
        if (w->run) return refuse(w->d->why, DECODE_CORRUPT, "a run beyond its last block");
        s->reader = *r;
        decode_code code = restart_scan(w->d, s);
        if (code) return code;
        *r = s->reader;
    }
    s->units_until_restart--;
    return DECODE_OK;
}

/* How many of the first `count` masks have no bit of the band: eight a step, for empty scans must cost little. */
static uint32_t count_clear(const uint64_t *masks, uint32_t count, uint64_t band) {
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const uint64_t *m = masks + i;
        if ((m[0] | m[1] | m[2] | m[3] | m[4] | m[5] | m[6] | m[7]) & band) break;
    }
    while (i < count && !(masks[i] & band)) i++;
    return i;
}

/* Passes blocks of a row that an end-of-band run covers and that hold nothing to refine. */
static inline uint32_t skip_blocks(scan_decoder *w, const component *c, size_t at, uint32_t left) {
    scan *s = w->s;
    uint32_t most = w->run < left ? w->run : left, passed = most;
    if (s->interval && s->units_until_restart < passed) passed = s->units_until_restart;
    if (s->high) {
        uint64_t band = (~(uint64_t)0 >> (BLOCK_SIZE - 1 - s->last)) & (~(uint64_t)0 << s->first);
        passed = count_clear(c->nonzero + at, passed, band);
        w->d->blocks_visited += passed;
    }
    w->run -= passed;
    if (s->interval) s->units_until_restart -= passed;
    return passed;
}

static decode_code decode_alone(scan_decoder *w, component *c) {
    scan *s = w->s;
    bit_reader r = s->reader;
    for (uint32_t y = 0; y < c->rows; y++) {
        size_t row = (size_t)y * c->padded_columns;
        int16_t *values = find_coefficients(w->d, c, y);
        uint64_t *masks = c->nonzero + row;
        for (uint32_t x = 0; x < c->columns; x++) {
            if (w->run) x += skip_blocks(w, c, row + x, c->columns - x);
            if (x >= c->columns) break;
            decode_code code = count_unit(w, &r);
            if (code) return code;
            int fits = 1;
            if (s->first == 0) fits = decode_dc(s, &r, s->dc[0], &s->predictions[0], c->dc_values + row + x);
            else if (s->high) fits = decode_refinement(w, &r, values + (size_t)x * BLOCK_SIZE, masks + x);
            else if (w->run) w->run--;
            else fits = decode_first(w, &r, values + (size_t)x * BLOCK_SIZE, masks + x);
            if (!fits) return fail_block(w, r);
        }
        if (r.count < r.padding) return refuse_early_end(w->d, r);
        if (w->d->blocks_visited > MAX_BLOCKS_VISITED) {
            return refuse(w->d->why, DECODE_TOO_MUCH_WORK, "more scans than the image data are worth");
        }
    }
    s->reader = r;
    return DECODE_OK;
}

/* The DC values of one component in an MCU. */
static inline int decode_mcu_part(scan *s, bit_reader *r, uint32_t i, const component *c, size_t at) {
    for (uint32_t y = 0; y < c->v; y++, at += c->padded_columns) {
        for (uint32_t x = 0; x < c->h; x++) {
            if (!decode_dc(s, r, s->dc[i], &s->predictions[i], c->dc_values + at + x)) return 0;
        }
    }
    return 1;
}

static decode_code decode_interleaved(scan_decoder *w) {
    jpeg *d = w->d;
    scan *s = w->s;
    bit_reader r = s->reader;
    for (uint32_t row = 0; row < d->mcus_down; row++) {
        for (uint32_t x = 0; x < d->mcus_across; x++) {
            decode_code code = count_unit(w, &r);
            if (code) return code;
            for (uint32_t i = 0; i < s->count; i++) {
                const component *c = &d->components[s->members[i]];
                size_t at = (size_t)row * c->v * c->padded_columns + (size_t)x * c->h;
                if (!decode_mcu_part(s, &r, i, c, at)) return fail_block(w, r);
            }
        }
        if (r.count < r.padding) return refuse_early_end(d, r);
    }
    s->reader = r;
    return DECODE_OK;
}

decode_code decode_progressive_scan(jpeg *d, scan *s) {
    decode_code code = register_scan(d, s);
    if (code) return code;
    scan_decoder w = {d, s, 0};
    return s->count == 1 ? decode_alone(&w, &d->components[s->members[0]]) : decode_interleaved(&w);
}

/* Dequantizes one block into natural order and transforms it; 0 where a sample leaves the range. */
static inline int reconstruct_block(const component *c, size_t at, const int16_t *from, int16_t *values, uint8_t *to) {
    uint64_t nonzero = c->nonzero[at];
    uint32_t last = nonzero ? 63 - (uint32_t)__builtin_clzll(nonzero) : 0;
    int32_t scaled = c->dc_values[at] * c->divisors[0];
    values[0] = (int16_t)scaled;
    uint64_t sum = get_magnitude(scaled);
    for (; nonzero; nonzero &= nonzero - 1) {
        uint32_t k = (uint32_t)__builtin_ctzll(nonzero);
        scaled = from[k] * c->divisors[k];
        values[jpeg_zigzag[k]] = (int16_t)scaled;
        sum += get_magnitude(scaled);
    }
    int fits = transform_block(values, sum, last, to, c->stride);
    if (last > 0) clear_block(values);
    return fits;
}

decode_code reconstruct_row(jpeg *d, uint32_t row) {
    _Alignas(16) int16_t values[BLOCK_SIZE] = {0};
    for (uint32_t i = 0; i < d->component_count; i++) {
        const component *c = &d->components[i];
        for (uint32_t y = row * c->v; y < (row + 1) * c->v && y < c->rows; y++) {
            uint8_t *to = c->samples + (size_t)(y * 8 % c->ring_rows) * c->stride;
            size_t at = (size_t)y * c->padded_columns;
            const int16_t *from = find_coefficients(d, c, y);
            for (uint32_t x = 0; x < c->columns; x++, from += BLOCK_SIZE) {
                if (!reconstruct_block(c, at + x, from, values, to + (size_t)x * 8)) {
                    return refuse(d->why, DECODE_CORRUPT, BEYOND_RANGE);
                }
            }
        }
    }
    return DECODE_OK;
}
