/* Edges of the loop filter, one sample at a time. `step` leads across the edge, `along` to its next sample. */
#ifndef WEBPARITY_DECODE_WEBP_LOSSY_LOOP_FILTER_SCALAR_H
#define WEBPARITY_DECODE_WEBP_LOSSY_LOOP_FILTER_SCALAR_H

#include "vp8.h"

static inline int32_t clip_signed(int32_t value) { return value < -128 ? -128 : value > 127 ? 127 : value; }
static inline uint8_t clip_sample(int32_t value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }
static inline int32_t difference(int32_t a, int32_t b) { return a < b ? b - a : a - b; }

/* Section 15.2: whether the step across the edge is within its limit. */
static inline bool is_smooth(const uint8_t *q0, ptrdiff_t step, int32_t limit) {
    return difference(q0[-step], q0[0]) * 2 + difference(q0[-2 * step], q0[step]) / 2 <= limit;
}

/* common_adjust of section 15.2: moves the two samples at the edge, and tells by how much the right one moved. */
static inline int32_t adjust_edge(uint8_t *q0, ptrdiff_t step, bool use_outer) {
    int32_t outer = use_outer ? clip_signed(q0[-2 * step] - q0[step]) : 0;
    int32_t move = clip_signed(outer + 3 * (q0[0] - q0[-step]));
    int32_t right = clip_signed(move + 4) >> 3, left = clip_signed(move + 3) >> 3;
    q0[0] = clip_sample(q0[0] - right);
    q0[-step] = clip_sample(q0[-step] + left);
    return right;
}

static inline void filter_simple_edge(uint8_t *q0, ptrdiff_t step, ptrdiff_t along, int32_t limit) {
    for (int i = 0; i < 16; i++, q0 += along)
        if (is_smooth(q0, step, limit)) adjust_edge(q0, step, true);
}

/* Section 15.3, for the edges of macroblocks (`outer`) and of the subblocks inside. */
static inline void filter_sample(uint8_t *q0, ptrdiff_t step, filter_strength strength, bool outer) {
    if (!is_smooth(q0, step, strength.limit)) return;
    for (int i = -4; i < 3; i++)
        if (i != -1 && difference(q0[i * step], q0[(i + 1) * step]) > strength.interior_limit) return;
    bool varies = difference(q0[-2 * step], q0[-step]) > strength.high_edge_variance ||
                  difference(q0[step], q0[0]) > strength.high_edge_variance;
    if (varies) {
        adjust_edge(q0, step, true);
    } else if (outer) {
        int32_t w = clip_signed(clip_signed(q0[-2 * step] - q0[step]) + 3 * (q0[0] - q0[-step]));
        for (int i = 0; i < 3; i++) {
            int32_t move = (9 * (3 - i) * w + 63) >> 7;
            q0[i * step] = clip_sample(q0[i * step] - move);
            q0[(-1 - i) * step] = clip_sample(q0[(-1 - i) * step] + move);
        }
    } else {
        int32_t move = (adjust_edge(q0, step, false) + 1) >> 1;
        q0[step] = clip_sample(q0[step] - move);
        q0[-2 * step] = clip_sample(q0[-2 * step] + move);
    }
}

static void filter_edge(uint8_t *q0, ptrdiff_t step, ptrdiff_t along, int length, filter_strength strength,
                        bool outer) {
    for (int i = 0; i < length; i++, q0 += along) filter_sample(q0, step, strength, outer);
}

static void filter_simple_column(uint8_t *at, size_t stride, uint8_t limit) {
    filter_simple_edge(at, 1, (ptrdiff_t)stride, limit);
}
static void filter_simple_row(uint8_t *at, size_t stride, uint8_t limit) {
    filter_simple_edge(at, (ptrdiff_t)stride, 1, limit);
}

static void filter_luma_column(uint8_t *at, size_t stride, filter_strength strength, bool outer) {
    filter_edge(at, 1, (ptrdiff_t)stride, 16, strength, outer);
}

static void filter_luma_row(uint8_t *at, size_t stride, filter_strength strength, bool outer) {
    filter_edge(at, (ptrdiff_t)stride, 1, 16, strength, outer);
}

static void filter_chroma_column(uint8_t *u, uint8_t *v, size_t stride, filter_strength strength, bool outer) {
    filter_edge(u, 1, (ptrdiff_t)stride, 8, strength, outer);
    filter_edge(v, 1, (ptrdiff_t)stride, 8, strength, outer);
}

static void filter_chroma_row(uint8_t *u, uint8_t *v, size_t stride, filter_strength strength, bool outer) {
    filter_edge(u, (ptrdiff_t)stride, 1, 8, strength, outer);
    filter_edge(v, (ptrdiff_t)stride, 1, 8, strength, outer);
}

#endif
