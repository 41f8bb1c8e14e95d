/* The steps of loading, each in a file of its own. */
#ifndef WEBPARITY_PROGRAM_PARTS_H
#define WEBPARITY_PROGRAM_PARTS_H

#include "instruction.h"

/* A program while it is loaded. */
typedef struct {
    const program_header *header;
    const program_value *values;
    const uint8_t *constants;
    uint8_t *widened, *memory;
    uint32_t widened_end; /* where the widened constants before this one end */
    /* By value: whether it holds what was written to it. Constants always do; `living` lists the others that do. */
    bool *written;
    uint32_t *living, living_count;
    uint32_t lasting_count; /* so many first ones are the prologue's, and stay */
    uint64_t comparisons;
} loading;

static inline program_refusal refuse_program(program_code code, program_part part, uint32_t position) {
    return (program_refusal){code, part, position};
}

static inline size_t count_bytes(const tensor *value) { return value->elements * get_element_size(value->type); }

/* values.c: reads the values and widens constants. */
program_refusal load_values(loading *l, program *p);
/* widen.c: a constant stored as FLOAT16 to float32. */
void widen_halves(const uint16_t *halves, tensor *to);
/* check_code.c: inputs, instructions and outputs; adds up the work of a run and finds the largest scratch. */
program_refusal check_code(loading *l, program *p);
/* order.c: which values hold what was written to them. */
program_code check_read(const loading *l, const program *p, uint32_t id);
program_code mark_written(loading *l, const program *p, uint32_t id);
/* Whether two values in memory have bytes in common. */
bool have_overlap(const tensor *a, const tensor *b);

#endif
