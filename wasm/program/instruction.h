/* An instruction of programs: what it takes, how it is checked at loading, how it runs. */
#ifndef WEBPARITY_INSTRUCTION_H
#define WEBPARITY_INSTRUCTION_H

#include "../memory.h"
#include "opcodes.h"
#include "program.h"

enum { MAX_OPERANDS = 64 };

/* What a check says beside its verdict: multiply-adds, or what costs as much, and bytes of scratch. */
typedef struct {
    uint64_t work;
    uint64_t scratch_bytes;
} instruction_cost;

/* Operands: first the ids of the values that are written, then of those that are read, of which the last `optional` may
   be NO_VALUE, then at least `numbers` further words. */
typedef struct {
    uint8_t writes, reads, optional, numbers;
    /* Whether types, shapes and numbers fit; ids, order and the least count of words are checked before. */
    program_code (*check)(const program *p, const uint32_t *operands, uint32_t count, instruction_cost *cost);
    program_code (*run)(const program *p, const uint32_t *operands, uint32_t count);
    /* Bit n: the nth value read may lie exactly where the first value written lies; all others lie apart. Whoever sets
       it reads an element, or all that it needs, before it writes there. */
    uint8_t in_place;
} instruction_kind;

/* By opcode: instructions.c. Those without `run` do not exist. */
extern const instruction_kind INSTRUCTIONS[OPCODE_COUNT];

static inline const tensor *get_value(const program *p, uint32_t id) {
    return id == NO_VALUE ? NULL : &p->values[id];
}

/* For costs: a product, or the largest number where it has more than 64 bits, or might have. By division, clang would
   multiply in 128 bits, with a function that is not there. */
static inline uint64_t multiply_sizes(uint64_t a, uint64_t b) {
    if (a == 0 || b == 0) return 0;
    return __builtin_clzll(a) + __builtin_clzll(b) >= 64 ? a * b : UINT64_MAX;
}

static inline float get_float(uint32_t word) {
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

bool have_same_shape(const tensor *a, const tensor *b);

#endif
