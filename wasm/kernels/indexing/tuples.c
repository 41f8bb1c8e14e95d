/* Indices along several axes. */
#include "tuples.h"

bool fit_tuples(const tensor *indices, const tensor *x, uint32_t batch) {
    if (indices->rank == 0 || batch >= indices->rank || batch >= x->rank) return false;
    for (uint32_t i = 0; i < batch; i++) {
        if (indices->dims[i] != x->dims[i]) return false;
    }
    uint32_t size = indices->dims[indices->rank - 1];
    return size > 0 && size <= x->rank - batch;
}

tuple_layout read_tuples(const tensor *indices, const tensor *x, uint32_t batch) {
    uint32_t size = indices->dims[indices->rank - 1], batches = count_before(x, batch);
    uint32_t tuples = indices->elements / size;
    return (tuple_layout){batch, size, tuples, batches ? tuples / batches : 0, count_from(x, batch + size)};
}

uint32_t find_part(const tensor *indices, const tensor *x, const tuple_layout *layout, uint32_t tuple) {
    uint32_t place = tuple / layout->per_batch;
    for (uint32_t i = 0; i < layout->size; i++) {
        uint32_t length = x->dims[layout->batch + i], at = read_index(indices, tuple * layout->size + i, length);
        if (at == UINT32_MAX) return UINT32_MAX;
        place = place * length + at;
    }
    return place;
}
