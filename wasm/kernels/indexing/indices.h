/* Indices in the data of a program, which are checked while it runs, and moves of single elements. */
#ifndef WEBPARITY_INDICES_H
#define WEBPARITY_INDICES_H

#include "../../program/instruction.h"

static inline bool is_index_type(element_type type) { return type == TYPE_INT64 || type == TYPE_INT32; }

/* The index at a place, or UINT32_MAX where it lies outside of its axis; negative ones count from the end. */
uint32_t read_index(const tensor *indices, uint32_t at, uint32_t length);
/* Bytes from one place to another: those of single elements without a call. */
void move_bytes(void *to, const void *from, size_t size);
/* a * b * c, or a number beyond every count of elements. */
uint64_t multiply_counts(uint32_t a, uint32_t b, uint32_t c);
/* Elements behind an axis of a shape, and before it. */
uint32_t count_from(const tensor *x, uint32_t axis);
uint32_t count_before(const tensor *x, uint32_t axis);
/* Makes out the elements of x, where it does not lie there already. */
void copy_tensor(const tensor *out, const tensor *x);

#endif
