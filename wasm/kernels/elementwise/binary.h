/* What binary computes, of blocks of widened elements and of rows of float32. */
#ifndef WEBPARITY_BINARY_H
#define WEBPARITY_BINARY_H

#include "../../program/instruction.h"

/* a = kind(a, b). Rounded to float32, sums, products, quotients and roots of float32 are those of float32. */
void compute_reals(uint32_t kind, double *a, const double *b, uint32_t count);
void compute_integers(uint32_t kind, int64_t *a, const int64_t *b, uint32_t count, bool is_unsigned);
void compare_reals(uint32_t kind, const double *a, const double *b, uint32_t count, uint8_t *out);
void compare_integers(uint32_t kind, const int64_t *a, const int64_t *b, uint32_t count, bool is_unsigned, uint8_t *out);

/* Whether a kind has a vector form of float32: the four operations, minimum and maximum. */
bool has_vectors(uint32_t kind);
/* All of two float32 tensors. */
void run_floats(uint32_t kind, const tensor *out, const tensor *const *inputs);

#endif
