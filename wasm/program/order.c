/* Which values hold what was written to them: one that is written takes the memory of all others that lie there. */
#include "parts.h"

/* A second of the loader; programs of networks need a ten-thousandth. */
#define MAX_COMPARISONS ((uint64_t)1 << 29)

bool have_overlap(const tensor *a, const tensor *b) {
    if (a->storage != STORAGE_MEMORY || b->storage != STORAGE_MEMORY || !a->elements || !b->elements) return false;
    const uint8_t *x = a->data, *y = b->data;
    return x < y + count_bytes(b) && y < x + count_bytes(a);
}

program_code check_read(const loading *l, const program *p, uint32_t id) {
    if (id >= p->value_count) return PROGRAM_OPERAND;
    return l->written[id] ? PROGRAM_OK : PROGRAM_ORDER;
}

program_code mark_written(loading *l, const program *p, uint32_t id) {
    if (l->comparisons > MAX_COMPARISONS) return PROGRAM_WORK;
    for (uint32_t i = 0; i < l->living_count;) {
        uint32_t other = l->living[i];
        bool overlap = have_overlap(&p->values[other], &p->values[id]);
        l->comparisons++;
        if (overlap && i < l->lasting_count) return PROGRAM_OVERLAP;
        if (overlap && other != id) {
            l->written[other] = false;
            l->living[i] = l->living[--l->living_count];
        } else {
            i++;
        }
    }
    if (!l->written[id]) l->living[l->living_count++] = id;
    l->written[id] = true;
    return PROGRAM_OK;
}
