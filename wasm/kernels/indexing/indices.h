/* Indices in the data of a program, which are checked while it runs, and moves of single elements. */
#ifndef WEBPARITY_INDICES_H
#define WEBPARITY_INDICES_H

#include "../../program/instruction.h"

static inline bool is_index_type(element_type type) { return type == TYPE_INT64 || type == TYPE_INT32; }

/* The index at a place, or UINT32_MAX where it lies outside of its axis; negative ones count from the end. */
static inline uint32_t read_index(const tensor *indices, uint32_t at, uint32_t length) {
    int64_t index = indices->type == TYPE_INT64 ? ((const int64_t *)indices->data)[at] : ((const int32_t *)indices->data)[at];
    if (index < 0) index += length;
    return index >= 0 && index < (int64_t)length ? (uint32_t)index : UINT32_MAX;
}

/* Bytes from one place to another: those of single elements without a call. */
static inline void move_bytes(void *to, const void *from, size_t size) {
    if (size == 4) memmove(to, from, 4);
    else if (size == 8) memmove(to, from, 8);
    else if (size == 1) memmove(to, from, 1);
    else memmove(to, from, size);
}

/* a * b * c, or a number beyond every count of elements. */
static inline uint64_t multiply_counts(uint32_t a, uint32_t b, uint32_t c) {
    uint64_t product = (uint64_t)a * b;
    return product > UINT32_MAX ? UINT64_MAX : product * c;
}

/* Elements behind an axis of a shape, and before it. */
static inline uint32_t count_from(const tensor *x, uint32_t axis) {
    uint32_t count = 1;
    for (uint32_t i = axis; i < x->rank; i++) count *= x->dims[i];
    return count;
}

static inline uint32_t count_before(const tensor *x, uint32_t axis) {
    uint32_t count = 1;
    for (uint32_t i = 0; i < axis; i++) count *= x->dims[i];
    return count;
}

/* Makes out the elements of x, where it does not lie there already. */
static inline void copy_tensor(const tensor *out, const tensor *x) {
    if (out->data != x->data) memmove(out->data, x->data, x->elements * get_element_size(x->type));
}

#endif
