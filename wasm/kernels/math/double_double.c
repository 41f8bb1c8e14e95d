/* Arithmetic with sums of two float64. */
#include "double_double.h"

double_double add_exactly(double a, double b) {
    double sum = a + b, part = sum - a;
    return (double_double){sum, (a - (sum - part)) + (b - part)};
}

/* The upper 26 bits; what is left has 26 as well. */
static double take_upper_half(double a) {
    double scaled = 134217729.0 * a;
    return scaled - (scaled - a);
}

double_double multiply_exactly(double a, double b) {
    double product = a * b;
    double a1 = take_upper_half(a), a2 = a - a1, b1 = take_upper_half(b), b2 = b - b1;
    return (double_double){product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2};
}

double_double add_pairs(double_double a, double_double b) {
    double_double sum = add_exactly(a.high, b.high);
    return add_exactly(sum.high, sum.low + (a.low + b.low));
}

double_double multiply_pairs(double_double a, double_double b) {
    double_double product = multiply_exactly(a.high, b.high);
    return add_exactly(product.high, product.low + (a.high * b.low + a.low * b.high));
}
