/* Where an index along one axis leads: for gather_elements and scatter_elements. */
#ifndef WEBPARITY_PLACES_H
#define WEBPARITY_PLACES_H

#include "indices.h"

/* Whether each place of the indices, but along the axis, is one of x. */
static inline bool fit_places(const tensor *indices, const tensor *x, uint32_t axis) {
    if (indices->rank != x->rank) return false;
    for (uint32_t i = 0; i < x->rank; i++) {
        if (i != axis && indices->dims[i] > x->dims[i]) return false;
    }
    return true;
}

/* The element of x that belongs to an element of the indices, or UINT32_MAX where the index lies outside. */
static inline uint32_t find_place(const tensor *indices, const tensor *x, uint32_t axis, uint32_t element) {
    uint32_t place = 0, stride = 1, rest = element;
    for (uint32_t i = x->rank; i-- > 0;) {
        uint32_t at = rest % indices->dims[i];
        rest /= indices->dims[i];
        if (i == axis) at = read_index(indices, element, x->dims[i]);
        if (at == UINT32_MAX) return UINT32_MAX;
        place += at * stride;
        stride *= x->dims[i];
    }
    return place;
}

#endif
