/* NumPy's broadcasting: a walk over the rows of an output, and where the inputs' elements of each row are. */
#ifndef WEBPARITY_BROADCAST_H
#define WEBPARITY_BROADCAST_H

#include "../../program/instruction.h"

enum { MAX_BROADCAST = 3 };

typedef struct {
    uint32_t rank;           /* at least 1, after axes that lie together have been joined */
    uint32_t dims[MAX_RANK]; /* of the output; the last is the length of a row */
    uint32_t inputs;
    uint32_t steps[MAX_BROADCAST][MAX_RANK]; /* by input and axis; the last is 0 or 1 */
    uint32_t at[MAX_BROADCAST];              /* by input: the row's first element */
    uint32_t index[MAX_RANK];
} broadcast;

/* Whether an input can be broadcast to an output: axes are aligned at the last. */
bool can_broadcast(const tensor *x, const tensor *out);
/* Begins a walk at the first row. */
broadcast start_broadcast(const tensor *out, const tensor *const *inputs, uint32_t count);
/* Goes on to the next row; false behind the last. */
bool go_to_next_row(broadcast *walk);

#endif
