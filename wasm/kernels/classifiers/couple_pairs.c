/* couple_pairs: out, pairs.
   Probabilities DOUBLE [C] from those of each pair's first class against its second, DOUBLE [C * (C - 1) / 2], pairs in the
   order (0, 1), (0, 2), ...: LIBSVM's multiclass_probability (Wu, Lin and Weng 2004, algorithm 2), step by step. */
#include "../kernels.h"

enum { OUT, PAIRS, COUNT };
enum { MOST_CLASSES = 4096, LEAST_STEPS = 100 };
/* LIBSVM's bound of pair probabilities, and its tolerance times the number of classes. */
static const double SMALLEST = 1e-7, TOLERANCE = 0.005;

program_code check_couple_pairs(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *pairs = get_value(p, o[PAIRS]);
    if (count != COUNT) return PROGRAM_OPERAND;
    if (out->type != TYPE_DOUBLE || pairs->type != TYPE_DOUBLE) return PROGRAM_TYPE;
    uint64_t classes = out->elements;
    if (classes < 2 || classes > MOST_CLASSES) return PROGRAM_SHAPE;
    if (pairs->elements != classes * (classes - 1) / 2) return PROGRAM_SHAPE;
    uint64_t steps = classes < LEAST_STEPS ? LEAST_STEPS : classes;
    cost->work = 4 * steps * classes * classes;
    cost->scratch_bytes = (classes * classes + classes) * sizeof(double);
    return PROGRAM_OK;
}

/* The quadratic form [C, C] that the probabilities minimize. */
static void fill_quadratic(const double *pairs, uint32_t classes, double *q) {
    for (uint32_t i = 0; i < classes; i++) q[i * classes + i] = 0;
    for (uint32_t i = 0; i < classes; i++) {
        for (uint32_t j = i + 1; j < classes; j++) {
            double won = *pairs++;
            won = won < SMALLEST ? SMALLEST : won > 1 - SMALLEST ? 1 - SMALLEST : won;
            double lost = 1 - won, squared_loss = lost * lost, squared_win = won * won;
            q[i * classes + i] += squared_loss;
            q[j * classes + j] += squared_win;
            q[i * classes + j] = q[j * classes + i] = -won * lost;
        }
    }
}

/* The gradient [C]; gives the value of the form. */
static double compute_gradient(const double *q, const double *x, uint32_t classes, double *gradient) {
    double value = 0;
    for (uint32_t i = 0; i < classes; i++) {
        gradient[i] = 0;
        for (uint32_t j = 0; j < classes; j++) {
            double term = q[i * classes + j] * x[j];
            gradient[i] += term;
        }
        double share = x[i] * gradient[i];
        value += share;
    }
    return value;
}

static bool has_converged(const double *gradient, double value, uint32_t classes) {
    for (uint32_t i = 0; i < classes; i++) {
        /* Not the other way round: a NaN ends it too. */
        if (__builtin_fabs(gradient[i] - value) >= TOLERANCE / classes) return false;
    }
    return true;
}

program_code run_couple_pairs(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]);
    uint32_t classes = out->elements, steps = classes < LEAST_STEPS ? LEAST_STEPS : classes;
    double *x = out->data, *q = (void *)p->scratch, *gradient = q + (size_t)classes * classes;
    fill_quadratic(get_value(p, o[PAIRS])->data, classes, q);
    for (uint32_t i = 0; i < classes; i++) x[i] = 1.0 / classes;
    for (uint32_t step = 0; step < steps; step++) {
        double value = compute_gradient(q, x, classes, gradient);
        if (has_converged(gradient, value, classes)) break;
        for (uint32_t i = 0; i < classes; i++) {
            const double *row = q + (size_t)i * classes;
            double moved = (value - gradient[i]) / row[i], scale = 1 + moved;
            double bend = moved * row[i] + 2 * gradient[i];
            x[i] += moved;
            value = (value + moved * bend) / scale / scale;
            for (uint32_t j = 0; j < classes; j++) {
                gradient[j] = (gradient[j] + moved * row[j]) / scale;
                x[j] /= scale;
            }
        }
    }
    return PROGRAM_OK;
}
