/* Upsampling of one component's rows to the image's width, as libjpeg-turbo computes it (jdsample): triangle filters
   between factors of 1 and 2, whose roundings alternate, and repetition for the others. Edges repeat their sample. */
#include "jpeg.h"

/* Room before the first sum, for the one that repeats it. */
enum { LEAD = 8 };

decode_code prepare_upsampling(jpeg *d) {
    size_t widest = 0;
    for (uint32_t i = 0; i < d->component_count; i++) {
        component *c = &d->components[i];
        c->stride = c->padded_columns * 8 + ROW_PADDING;
        c->ring_rows = 2 * 8 * c->v;
        c->samples = allocate((size_t)c->stride * c->ring_rows);
        size_t width = (size_t)c->padded_columns * 8 * c->h_expand + 2 * ROW_PADDING;
        if (c->method != COPY) c->upsampled = allocate(width);
        if (!c->samples || (c->method != COPY && !c->upsampled)) {
            return refuse(d->why, DECODE_OUT_OF_MEMORY, "no room for rows of samples");
        }
        if (c->padded_columns > widest) widest = c->padded_columns;
    }
    d->sums = allocate((widest * 8 + 2 * ROW_PADDING) * sizeof *d->sums);
    return d->sums ? DECODE_OK : refuse(d->why, DECODE_OUT_OF_MEMORY, "no room for rows of samples");
}

static const uint8_t *find_row(const component *c, uint32_t row) {
    return c->samples + (size_t)(row % c->ring_rows) * c->stride;
}

/* Fills `sums` from LEAD on with 3 * near + far, or with near alone; and repeats the ends. */
static void sum_rows(const uint8_t *near, const uint8_t *far, uint32_t width, int16_t *sums) {
    uint32_t x = 0;
#if WEBPARITY_SIMD
    for (; x < width; x += 8) {
        v128_t sum = wasm_u16x8_load8x8(near + x);
        if (far) {
            v128_t twice = wasm_i16x8_add(sum, sum);
            sum = wasm_i16x8_add(wasm_i16x8_add(sum, twice), wasm_u16x8_load8x8(far + x));
        }
        wasm_v128_store(sums + LEAD + x, sum);
    }
#else
    for (; x < width; x++) sums[LEAD + x] = (int16_t)(far ? 3 * near[x] + far[x] : near[x]);
#endif
    sums[LEAD - 1] = sums[LEAD];
    sums[LEAD + width] = sums[LEAD + width - 1];
}

/* Two samples from each sum and its neighbors: 3/4 and 1/4, then divided by 2^shift, with its own bias each. */
static inline void double_width(const int16_t *sums, uint32_t width, int32_t left, int32_t right, uint32_t shift,
                                uint8_t *to) {
    const int16_t *at = sums + LEAD;
    uint32_t x = 0;
#if WEBPARITY_SIMD
    v128_t left_bias = wasm_i16x8_splat((int16_t)left), right_bias = wasm_i16x8_splat((int16_t)right);
    for (; x < width; x += 8) {
        v128_t here = wasm_v128_load(at + x);
        v128_t weighted = wasm_i16x8_add(here, wasm_i16x8_add(here, here));
        v128_t before = wasm_i16x8_add(wasm_v128_load(at + x - 1), left_bias);
        v128_t behind = wasm_i16x8_add(wasm_v128_load(at + x + 1), right_bias);
        v128_t even = wasm_u16x8_shr(wasm_i16x8_add(weighted, before), shift);
        v128_t odd = wasm_u16x8_shr(wasm_i16x8_add(weighted, behind), shift);
        wasm_v128_store(to + 2 * x, wasm_v128_or(even, wasm_i16x8_shl(odd, 8)));
    }
#else
    for (; x < width; x++) {
        to[2 * x] = (uint8_t)((3 * at[x] + at[(int32_t)x - 1] + left) >> shift);
        to[2 * x + 1] = (uint8_t)((3 * at[x] + at[x + 1] + right) >> shift);
    }
#endif
}

static void blend_rows(const uint8_t *near, const uint8_t *far, uint32_t width, int32_t bias, uint8_t *to) {
    uint32_t x = 0;
#if WEBPARITY_SIMD
    v128_t biases = wasm_i16x8_splat((int16_t)bias);
    for (; x < width; x += 8) {
        v128_t here = wasm_u16x8_load8x8(near + x);
        v128_t sum = wasm_i16x8_add(wasm_i16x8_add(here, here), wasm_i16x8_add(here, wasm_u16x8_load8x8(far + x)));
        sum = wasm_u16x8_shr(wasm_i16x8_add(sum, biases), 2);
        wasm_v128_store64_lane(to + x, wasm_u8x16_narrow_i16x8(sum, sum), 0);
    }
#else
    for (; x < width; x++) to[x] = (uint8_t)((3 * near[x] + far[x] + bias) >> 2);
#endif
}

static void repeat_samples(const component *c, const uint8_t *from, uint8_t *to) {
    for (uint32_t x = 0; x < c->width; x++, to += c->h_expand) {
        /* Four of them: the next sample overwrites what is too much. */
        uint32_t repeated = from[x] * 0x01010101u;
        memcpy(to, &repeated, sizeof repeated);
    }
}

const uint8_t *upsample_row(jpeg *d, component *c, uint32_t y) {
    uint32_t row = y / c->v_expand;
    const uint8_t *near = find_row(c, row), *far = near;
    if (c->v_expand == 2) {
        /* The neighbor on the side of this line; the image's edge rows are their own neighbors. */
        uint32_t other = y & 1 ? row + 1 : row - 1;
        far = find_row(c, row == 0 && !(y & 1) ? 0 : other >= c->height ? c->height - 1 : other);
    }
    switch (c->method) {
        case COPY: return near;
        case FANCY_H2V1:
            sum_rows(near, NULL, c->width, d->sums);
            double_width(d->sums, c->width, 1, 2, 2, c->upsampled);
            break;
        case FANCY_H2V2:
            sum_rows(near, far, c->width, d->sums);
            double_width(d->sums, c->width, 8, 7, 4, c->upsampled);
            break;
        case FANCY_H1V2: blend_rows(near, far, c->width, y & 1 ? 2 : 1, c->upsampled); break;
        case REPLICATE: repeat_samples(c, near, c->upsampled); break;
    }
    return c->upsampled;
}
