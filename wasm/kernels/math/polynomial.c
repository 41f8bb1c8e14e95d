/* Polynomials, and the series that several functions share. */
#include "scalar.h"

double evaluate_polynomial(const double *coefficients, uint32_t count, uint32_t step, double x) {
    double sum = 0;
    for (const double *c = coefficients + count * step; c != coefficients;) {
        c -= step;
        double product = sum * x;
        sum = product + *c;
    }
    return sum;
}

/* 1 / k! from k = 2 on. */
static const double INVERSE_FACTORIALS[] = {
    1.0 / 2,
    1.0 / 6,
    1.0 / 24,
    1.0 / 120,
    1.0 / 720,
    1.0 / 5040,
    1.0 / 40320,
    1.0 / 362880,
    1.0 / 3628800,
    1.0 / 39916800,
    1.0 / 479001600,
    1.0 / 6227020800.0,
    1.0 / 87178291200.0,
    1.0 / 1307674368000.0,
    1.0 / 20922789888000.0,
    1.0 / 355687428096000.0,
    1.0 / 6402373705728000.0,
    1.0 / 121645100408832000.0,
    1.0 / 2432902008176640000.0,
};

double evaluate_power_series(double x) { return evaluate_polynomial(INVERSE_FACTORIALS, 12, 1, x); }
double evaluate_sine_series(double square) { return evaluate_polynomial(INVERSE_FACTORIALS + 1, 9, 2, square); }
double evaluate_cosine_series(double square) { return evaluate_polynomial(INVERSE_FACTORIALS + 2, 9, 2, square); }

/* 2 / (2k + 3). */
static const double ODD_FRACTIONS[] = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11,
                                       2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21};

double evaluate_log_series(double square) { return evaluate_polynomial(ODD_FRACTIONS, 10, 1, square); }
double evaluate_log_series_rest(double square) { return evaluate_polynomial(ODD_FRACTIONS + 1, 9, 1, square); }
