/* One axis of a tensor as [outer, length, inner]. */
#ifndef WEBPARITY_AXIS_H
#define WEBPARITY_AXIS_H

#include "../../program/instruction.h"

typedef struct {
    uint32_t outer, length, inner;
} axis_layout;

static inline axis_layout read_axis(const uint32_t *words) { return (axis_layout){words[0], words[1], words[2]}; }

/* Whether the axis has as many elements as a tensor. */
static inline bool fits_axis(axis_layout a, const tensor *x) {
    uint64_t rows = (uint64_t)a.outer * a.length;
    return rows <= UINT32_MAX && rows * a.inner == x->elements;
}

/* Whether a tensor has `count` elements where x has a whole axis. */
static inline bool fits_reduced(axis_layout a, uint32_t count, const tensor *out) {
    uint64_t rows = (uint64_t)a.outer * a.inner;
    return rows <= UINT32_MAX && rows * count == out->elements;
}

#endif
