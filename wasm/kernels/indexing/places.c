/* Indices along one axis. */
#include "places.h"

bool fit_places(const tensor *indices, const tensor *x, uint32_t axis) {
    if (indices->rank != x->rank) return false;
    for (uint32_t i = 0; i < x->rank; i++) {
        if (i != axis && indices->dims[i] > x->dims[i]) return false;
    }
    return true;
}

uint32_t find_place(const tensor *indices, const tensor *x, uint32_t axis, uint32_t element) {
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
