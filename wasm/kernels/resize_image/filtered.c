/* Weighted sums along both axes. Not rounded, or once: along the height, then along the width, in float64, gray last. Pillow's of bytes, to the
   bit (Resample.c): weights in fixed point of 22 bits, a pass along one axis, rounding to whole levels, a pass along the
   other; the width comes first, unless the height loses more than twice the pixels. */
#include "../../simd.h"
#include "byte_rows.h"
#include "filter_axis.h"
#include "neighbours.h"

static inline uint8_t round_sum(uint32_t sum) {
    int32_t level = (int32_t)sum >> FILTER_BITS;
    return (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
}

/* One row along the width, to whole levels. */
static void filter_row(const filter_axis *a, const uint8_t *row, uint32_t depth, uint8_t *to) {
    for (uint32_t x = 0; x < a->length; x++, to += depth) {
        const uint8_t *bytes = row + (size_t)a->first[x] * depth;
        const int32_t *weights = a->fixed + (size_t)x * a->band;
        uint32_t count = a->count[x], i = 0, lanes[4] = {FILTER_HALF, FILTER_HALF, FILTER_HALF};
#if WEBPARITY_SIMD
        if (depth == 3) {
            v128_t sums = wasm_v128_load(lanes);
            /* The fourth lane is the next pixel's: the last one has none. */
            for (; i + 1 < count; i++, bytes += 3) {
                v128_t pixel = wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(bytes)));
                sums = wasm_i32x4_add(sums, wasm_i32x4_mul(pixel, wasm_v128_load32_splat(weights + i)));
            }
            wasm_v128_store(lanes, sums);
        }
#endif
        for (; i < count; i++) {
            for (uint32_t k = 0; k < depth; k++) lanes[k] += (uint32_t)weights[i] * *bytes++;
        }
        for (uint32_t k = 0; k < depth; k++) to[k] = round_sum(lanes[k]);
    }
}

/* The sums of one output row, from rows of bytes. */
static void start_sums(uint32_t *sums, size_t length) {
    for (size_t i = 0; i < length; i++) sums[i] = FILTER_HALF;
}

program_code resize_like_pillow(const resize_task *t) {
    filter_axis x, y;
    byte_rows rows;
    int64_t higher = (int64_t)t->in_height - t->y.full, wider = (int64_t)t->in_width - t->x.full;
    bool width_first = higher <= (wider > 0 ? 2 * wider : 0);
    if (!build_filter_axis(t, t->in_width, &t->x, &x)) return PROGRAM_OUT_OF_MEMORY;
    if (!build_filter_axis(t, t->in_height, &t->y, &y)) return PROGRAM_OUT_OF_MEMORY;
    size_t resized = (size_t)x.length * t->depth, length = width_first ? resized : (size_t)t->in_width * t->depth;
    uint32_t top = y.first[0], bottom = y.first[y.length - 1] + y.count[y.length - 1];
    uint32_t *sums = allocate(length * sizeof *sums);
    uint8_t *bytes = allocate(width_first ? (bottom - top) * resized : length + resized);
    if (!open_byte_rows(t, &rows) || !sums || !bytes) return PROGRAM_OUT_OF_MEMORY;
    if (width_first) {
        for (uint32_t r = top; r < bottom; r++) {
            filter_row(&x, read_byte_row(&rows, r), t->depth, bytes + (r - top) * resized);
        }
    }
    for (uint32_t i = 0; i < y.length; i++) {
        float *to = get_out_row(t, i);
        start_sums(sums, length);
        for (uint32_t k = 0; k < y.count[i]; k++) {
            uint32_t r = y.first[i] + k;
            const uint8_t *row = width_first ? bytes + (r - top) * resized : read_byte_row(&rows, r);
            add_weighted_bytes(sums, row, length, (uint32_t)y.fixed[(size_t)i * y.band + k]);
        }
        if (width_first) {
            for (size_t c = 0; c < length; c++) to[c] = round_sum(sums[c]);
            continue;
        }
        for (size_t c = 0; c < length; c++) bytes[c] = round_sum(sums[c]);
        filter_row(&x, bytes, t->depth, bytes + length);
        for (size_t c = 0; c < resized; c++) to[c] = bytes[length + c];
    }
    return PROGRAM_OK;
}

/* To the nearest, halves to the even level with OpenCV's means, but upwards where it halves both sides, and elsewhere. */
static double round_level(const resize_task *t, double level) {
    bool halved = t->in_height == 2 * t->y.full && t->in_width == 2 * t->x.full;
    level = t->axis == AREA_AXIS && !halved ? __builtin_rint(level) : __builtin_floor(level + 0.5);
    return level < 0 ? 0 : level > 255 ? 255 : level;
}

program_code resize_filtered(const resize_task *t) {
    if (t->axis == AREA_AXIS && t->flags & WHOLE && (t->in_height < t->y.full || t->in_width < t->x.full)) {
        return interpolate_area_like_opencv(t);
    }
    enum { RED = 19595, GREEN = 38470, BLUE = 7471 }; /* ITU-R 601, of 2^16, as Pillow has them */
    filter_axis x, y;
    byte_rows rows;
    uint32_t depth = t->flags & GRAY_FIRST ? t->depth : 3;
    size_t length = (size_t)t->in_width * depth;
    double *sums = allocate(length * sizeof *sums);
    if (!build_filter_axis(t, t->in_width, &t->x, &x) || !sums) return PROGRAM_OUT_OF_MEMORY;
    if (!build_filter_axis(t, t->in_height, &t->y, &y)) return PROGRAM_OUT_OF_MEMORY;
    if (!open_byte_rows(t, &rows)) return PROGRAM_OUT_OF_MEMORY;
    for (uint32_t i = 0; i < y.length; i++) {
        memset(sums, 0, length * sizeof *sums);
        for (uint32_t k = 0; k < y.count[i]; k++) {
            uint32_t r = y.first[i] + k;
            const uint8_t *row = depth == 3 ? get_image_row(t, r) : read_byte_row(&rows, r);
            double weight = y.weights[(size_t)i * y.band + k];
            for (size_t c = 0; c < length; c++) sums[c] += weight * row[c];
        }
        for (uint32_t j = 0; j < x.length; j++) {
            double rgb[3] = {0};
            const double *pixel = sums + depth * (size_t)x.first[j], *weights = x.weights + (size_t)j * x.band;
            for (uint32_t k = 0; k < x.count[j]; k++) {
                for (uint32_t c = 0; c < depth; c++) rgb[c] += weights[k] * *pixel++;
            }
            size_t at = i * t->stride + j * t->depth;
            if (depth > t->depth) rgb[0] = (RED * rgb[0] + GREEN * rgb[1] + BLUE * rgb[2]) / 65536.0;
            for (uint32_t c = 0; c < t->depth; c++) {
                double level = t->axis == AREA_AXIS ? rgb[c] / ((double)t->in_height * t->in_width) : rgb[c];
                if (t->flags & WHOLE) level = round_level(t, level);
                store_level(t, at + c, level);
            }
        }
    }
    return PROGRAM_OK;
}
