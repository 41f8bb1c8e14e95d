/* Taking the best of many elements, one after the other, from a heap. */
#ifndef WEBPARITY_SELECTION_H
#define WEBPARITY_SELECTION_H

#include "keys.h"

typedef struct {
    uint64_t key;
    uint32_t index;
} candidate;

/* Makes a heap of `length` elements of x, `step` apart; the best are the largest, or the smallest; NaN is larger than all. */
void start_selection(const tensor *x, uint32_t at, uint32_t step, uint32_t length, bool smallest, candidate *heap);
/* Takes the best of a heap of `length` out of it, and returns its index: of equals the first. */
uint32_t take_best(candidate *heap, uint32_t length);

#endif
