/* Polynomials, and the series that circular and hyperbolic functions share. */
#include "scalar.h"

double evaluate_polynomial(const double *coefficients, uint32_t count, double x) {
    double sum = 0;
    while (count-- > 0) {
        double product = sum * x;
        sum = product + coefficients[count];
    }
    return sum;
}

/* 1 / (2k + 3)! and 1 / (2k + 4)!, up to 19! and 20!. */
static const double SINE[] = {1.0 / 6, 1.0 / 120, 1.0 / 5040, 1.0 / 362880, 1.0 / 39916800, 1.0 / 6227020800.0,
                              1.0 / 1307674368000.0, 1.0 / 355687428096000.0, 1.0 / 121645100408832000.0};
static const double COSINE[] = {1.0 / 24, 1.0 / 720, 1.0 / 40320, 1.0 / 3628800, 1.0 / 479001600, 1.0 / 87178291200.0,
                                1.0 / 20922789888000.0, 1.0 / 6402373705728000.0, 1.0 / 2432902008176640000.0};

double evaluate_sine_series(double square) { return EVALUATE(SINE, square); }
double evaluate_cosine_series(double square) { return EVALUATE(COSINE, square); }
