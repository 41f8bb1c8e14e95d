/* Elements of every type as numbers of one order: for arg, top_k and smallest. */
#ifndef WEBPARITY_KEYS_H
#define WEBPARITY_KEYS_H

#include "../elementwise/elements.h"

/* Writes `count` (at most BLOCK) keys of elements, `step` apart: the larger the element the larger its key, or where `smallest`
   is set the smaller. -0 is 0; NaN has `nan_key`. */
void write_keys(const tensor *x, uint32_t at, uint32_t step, uint32_t count, bool smallest, uint64_t nan_key,
                uint64_t *keys);

#endif
