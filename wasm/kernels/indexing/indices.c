/* Indices in the data, counts of elements, moves of single elements. */
#include "indices.h"

uint32_t read_index(const tensor *indices, uint32_t at, uint32_t length) {
    int64_t index = indices->type == TYPE_INT64 ? ((const int64_t *)indices->data)[at] : ((const int32_t *)indices->data)[at];
    if (index < 0) index += length;
    return index >= 0 && index < (int64_t)length ? (uint32_t)index : UINT32_MAX;
}

void move_bytes(void *to, const void *from, size_t size) {
    if (size == 4) memmove(to, from, 4);
    else if (size == 8) memmove(to, from, 8);
    else if (size == 1) memmove(to, from, 1);
    else memmove(to, from, size);
}

uint64_t multiply_counts(uint32_t a, uint32_t b, uint32_t c) {
    uint64_t product = (uint64_t)a * b;
    return product > UINT32_MAX ? UINT64_MAX : product * c;
}

uint32_t count_from(const tensor *x, uint32_t axis) {
    uint32_t count = 1;
    for (uint32_t i = axis; i < x->rank; i++) count *= x->dims[i];
    return count;
}

uint32_t count_before(const tensor *x, uint32_t axis) {
    uint32_t count = 1;
    for (uint32_t i = 0; i < axis; i++) count *= x->dims[i];
    return count;
}

void copy_tensor(const tensor *out, const tensor *x) {
    if (out->data != x->data) memmove(out->data, x->data, x->elements * get_element_size(x->type));
}
