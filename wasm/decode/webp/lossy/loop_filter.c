/* The loop filters (RFC 6386, section 15): each edge between blocks is smoothed where the step across it is small. */
#include "../../../simd.h"
#include "vp8.h"

#if WEBPARITY_SIMD
#include "loop_filter_simd.h"
#else
#include "loop_filter_scalar.h"
#endif

static void filter_simple(const planes *at, filter_strength strength, block_position position) {
    uint8_t outer = (uint8_t)(strength.limit + 4), *luma = at->luma;
    size_t stride = at->luma_stride;
    if (position.has_left) filter_simple_column(luma, stride, outer);
    if (strength.inner)
        for (int x = 4; x < 16; x += 4) filter_simple_column(luma + x, stride, strength.limit);
    if (position.has_above) filter_simple_row(luma, stride, outer);
    if (strength.inner)
        for (size_t y = 4; y < 16; y += 4) filter_simple_row(luma + y * stride, stride, strength.limit);
}

static void filter_normal(const planes *at, filter_strength strength, block_position position) {
    filter_strength outer = strength;
    outer.limit += 4;
    size_t stride = at->luma_stride, chroma_stride = at->chroma_stride;
    if (position.has_left) {
        filter_luma_column(at->luma, stride, outer, true);
        filter_chroma_column(at->u, at->v, chroma_stride, outer, true);
    }
    if (strength.inner) {
        for (int x = 4; x < 16; x += 4) filter_luma_column(at->luma + x, stride, strength, false);
        filter_chroma_column(at->u + 4, at->v + 4, chroma_stride, strength, false);
    }
    if (position.has_above) {
        filter_luma_row(at->luma, stride, outer, true);
        filter_chroma_row(at->u, at->v, chroma_stride, outer, true);
    }
    if (strength.inner) {
        for (size_t y = 4; y < 16; y += 4) filter_luma_row(at->luma + y * stride, stride, strength, false);
        filter_chroma_row(at->u + 4 * chroma_stride, at->v + 4 * chroma_stride, chroma_stride, strength, false);
    }
}

void filter_macroblock(const planes *at, filter_kind kind, filter_strength strength, block_position position) {
    if (strength.limit == 0) return;
    if (kind == SIMPLE_FILTER)
        filter_simple(at, strength, position);
    else
        filter_normal(at, strength, position);
}
