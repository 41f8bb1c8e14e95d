/* Sums of two float64 that stand for one number of about 106 bits (Dekker, Knuth). */
#ifndef WEBPARITY_MATH_DOUBLE_DOUBLE_H
#define WEBPARITY_MATH_DOUBLE_DOUBLE_H

#include "scalar.h"

typedef struct {
    double high, low;
} double_double;

/* a + b, exactly. */
double_double add_exactly(double a, double b);
/* a * b, exactly, where nothing overflows. */
double_double multiply_exactly(double a, double b);
double_double add_pairs(double_double a, double_double b);
double_double multiply_pairs(double_double a, double_double b);

#endif
