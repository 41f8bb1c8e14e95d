/* Elements of every type as float64 or as int64, some at a time: for kernels where a loop for each type is not worth it. */
#ifndef WEBPARITY_ELEMENTS_H
#define WEBPARITY_ELEMENTS_H

#include "../../program/instruction.h"

/* Elements that are widened at a time. */
enum { BLOCK = 64 };

static inline bool is_real(element_type type) { return type == TYPE_FLOAT || type == TYPE_DOUBLE; }
static inline bool is_integer(element_type type) { return !is_real(type) && type != TYPE_BOOL; }

static inline uint32_t get_least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* `count` elements from `at` on, `step` (0 too) from one to the next: of FLOAT and DOUBLE, and of all other types, where UINT64
   keeps its bits. */
void read_reals(const tensor *x, uint32_t at, uint32_t step, uint32_t count, double *to);
void read_integers(const tensor *x, uint32_t at, uint32_t step, uint32_t count, int64_t *to);
/* The same into neighbours; of integers the lowest bits remain. */
void write_reals(const tensor *out, uint32_t at, uint32_t count, const double *from);
void write_integers(const tensor *out, uint32_t at, uint32_t count, const int64_t *from);

#endif
