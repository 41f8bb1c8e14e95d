/* NumPy's broadcasting. */
#include "broadcast.h"

bool can_broadcast(const tensor *x, const tensor *out) {
    if (x->rank > out->rank) return false;
    for (uint32_t i = 0; i < x->rank; i++) {
        uint32_t dim = x->dims[i];
        if (dim != 1 && dim != out->dims[out->rank - x->rank + i]) return false;
    }
    return true;
}

broadcast start_broadcast(const tensor *out, const tensor *const *inputs, uint32_t count) {
    broadcast walk = {.rank = 1, .dims = {1}, .inputs = count};
    for (uint32_t axis = 0; axis < out->rank; axis++) {
        uint32_t dim = out->dims[axis], steps[MAX_BROADCAST];
        if (dim == 1) continue;
        for (uint32_t n = 0; n < count; n++) {
            const tensor *x = inputs[n];
            uint32_t missing = out->rank - x->rank;
            steps[n] = axis >= missing && x->dims[axis - missing] != 1;
            for (uint32_t i = axis + 1; i < out->rank; i++) {
                if (i >= missing) steps[n] *= x->dims[i - missing];
            }
        }
        bool joined = true;
        for (uint32_t n = 0; n < count; n++) joined = joined && walk.steps[n][walk.rank - 1] == steps[n] * dim;
        if (walk.dims[walk.rank - 1] == 1) joined = true;
        if (!joined) walk.rank++;
        uint32_t last = walk.rank - 1;
        walk.dims[last] = joined ? walk.dims[last] * dim : dim;
        for (uint32_t n = 0; n < count; n++) walk.steps[n][last] = steps[n];
    }
    return walk;
}

bool go_to_next_row(broadcast *walk) {
    for (uint32_t axis = walk->rank - 1; axis-- > 0;) {
        for (uint32_t n = 0; n < walk->inputs; n++) walk->at[n] += walk->steps[n][axis];
        if (++walk->index[axis] < walk->dims[axis]) return true;
        for (uint32_t n = 0; n < walk->inputs; n++) walk->at[n] -= walk->steps[n][axis] * walk->dims[axis];
        walk->index[axis] = 0;
    }
    return false;
}
