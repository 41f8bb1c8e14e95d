/* A binary heap: no element is better than the one at half its place. */
#include "selection.h"

static bool is_better(const candidate *a, const candidate *b) {
    return a->key > b->key || (a->key == b->key && a->index < b->index);
}

/* Moves an element down until what lies below it is no better. */
static void sink(candidate *heap, uint32_t length, uint32_t at) {
    candidate moved = heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= length) break;
        if (child + 1 < length && is_better(&heap[child + 1], &heap[child])) child++;
        if (is_better(&moved, &heap[child])) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

void start_selection(const tensor *x, uint32_t at, uint32_t step, uint32_t length, bool smallest, candidate *heap) {
    uint64_t keys[BLOCK];
    for (uint32_t i = 0; i < length; i += BLOCK) {
        uint32_t size = get_least(length - i, BLOCK);
        write_keys(x, at + i * step, step, size, smallest, smallest ? 0 : UINT64_MAX, keys);
        for (uint32_t n = 0; n < size; n++) heap[i + n] = (candidate){keys[n], i + n};
    }
    for (uint32_t i = length / 2; i-- > 0;) sink(heap, length, i);
}

uint32_t take_best(candidate *heap, uint32_t length) {
    uint32_t best = heap[0].index;
    heap[0] = heap[length - 1];
    sink(heap, length - 1, 0);
    return best;
}
