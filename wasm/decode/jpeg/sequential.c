/* Decoding of sequential scans (T.81 F.2), an MCU row at a time, straight to samples. */
#include "bits.h"

/* A prediction beyond this does not fit into libjpeg's 16 bits. */
enum { MAX_PREDICTION = 32767 };

/* One block of an MCU, for the whole row. */
typedef struct {
    const huffman_table *dc;
    const huffman_table *ac;
    const uint16_t *divisors;
    int32_t *prediction;
    /* Where its samples go: NULL where the row is padding. Columns from `columns` on are padding. */
    uint8_t *to;
    size_t stride;
    uint32_t column, step, columns;
} planned_block;

typedef struct {
    jpeg *d;
    scan *s;
    uint32_t block_count;
    planned_block blocks[MAX_BLOCKS_IN_MCU];
    /* Dequantized, in natural order; all zero between blocks, but for the first. */
    _Alignas(16) int16_t values[BLOCK_SIZE];
} row_decoder;

/* Decodes one block; what is wrong with it, or NULL. */
static inline const char *decode_block(bit_reader *r, const planned_block *b, int16_t *values, uint8_t *to) {
    require_32_bits(r);
    int32_t e = decode_entry(r, b->dc, 1);
    int32_t value = *b->prediction + get_value(e);
    if (get_run(e) == INVALID || value > MAX_PREDICTION || value < -MAX_PREDICTION) return INVALID_CODE;
    *b->prediction = value;
    value *= b->divisors[0];
    values[0] = (int16_t)value;
    uint64_t sum = get_magnitude(value);
    uint32_t last = 0;
    const huffman_table *ac = b->ac;
    const uint16_t *divisors = b->divisors;
    for (uint32_t k = 1; k < BLOCK_SIZE; k++) {
        require_32_bits(r);
        e = ac->entries[r->bits >> (64 - LOOKAHEAD)];
        uint32_t next = k + get_run(e);
        /* Marks in place of a run go beyond the block too: one test finds all that is not a plain value. */
        if (next >= BLOCK_SIZE) {
            if (e & INCOMPLETE) e = complete_entry(r->bits, ac, e, 0);
            next = k + get_run(e);
            if (next >= BLOCK_SIZE) {
                if (get_run(e) != END_OF_BLOCK) return INVALID_CODE;
                skip_bits(r, e & 0xFF);
                break;
            }
        }
        skip_bits(r, e & 0xFF);
        k = next;
        value = get_value(e) * divisors[k];
        values[jpeg_zigzag[k]] = (int16_t)value;
        sum += get_magnitude(value);
        last = k;
    }
    int fits = !to || transform_block(values, sum, last, to, b->stride);
    if (last > 0) clear_block(values);
    return fits ? NULL : BEYOND_RANGE;
}

/* Lays out the blocks of a row's MCUs, in the order of the scan (T.81 A.2.3). */
static void plan_blocks(row_decoder *w, uint32_t row) {
    w->block_count = 0;
    for (uint32_t i = 0; i < w->s->count; i++) {
        component *c = &w->d->components[w->s->members[i]];
        uint32_t h = w->s->count > 1 ? c->h : 1, v = w->s->count > 1 ? c->v : 1;
        for (uint32_t block = 0; block < h * v; block++) {
            uint32_t y = row * v + block / h;
            uint8_t *to = y < c->rows ? c->samples + (size_t)(y * 8 % c->ring_rows) * c->stride : NULL;
            w->blocks[w->block_count++] = (planned_block){
                w->s->dc[i], w->s->ac[i], c->divisors, &w->s->predictions[i], to, c->stride, block % h, h, c->columns,
            };
        }
    }
}

/* Begins a new interval where the one before is over. */
static inline decode_code count_unit(jpeg *d, scan *s, bit_reader *r) {
    if (s->interval == 0) return DECODE_OK;
    if (s->units_until_restart == 0) {
        s->reader = *r;
        decode_code code = restart_scan(d, s);
        if (code) return code;
        *r = s->reader;
    }
    s->units_until_restart--;
    return DECODE_OK;
}

static decode_code decode_units(row_decoder *w, uint32_t row, uint32_t units) {
    scan *s = w->s;
    plan_blocks(w, row);
    bit_reader r = s->reader;
    for (uint32_t x = 0; x < units; x++) {
        decode_code code = count_unit(w->d, s, &r);
        if (code) return code;
        for (uint32_t i = 0; i < w->block_count; i++) {
            planned_block *b = &w->blocks[i];
            uint8_t *to = b->column < b->columns && b->to ? b->to + (size_t)b->column * 8 : NULL;
            b->column += b->step;
            const char *fault = decode_block(&r, b, w->values, to);
            if (!fault) continue;
            /* Zeros read behind the end may not be a code: then the end is what is wrong. */
            return r.count < r.padding ? refuse_early_end(w->d, r) : refuse(w->d->why, DECODE_CORRUPT, fault);
        }
    }
    s->reader = r;
    return r.count < r.padding ? refuse_early_end(w->d, r) : DECODE_OK;
}

decode_code decode_sequential_row(jpeg *d, scan *s, uint32_t row) {
    row_decoder w = {.d = d, .s = s};
    decode_code code = DECODE_OK;
    if (s->count > 1) return decode_units(&w, row, d->mcus_across);
    component *c = &d->components[s->members[0]];
    for (uint32_t y = row * c->v; y < (row + 1) * c->v && y < c->rows && !code; y++) {
        code = decode_units(&w, y, c->columns);
    }
    return code;
}
