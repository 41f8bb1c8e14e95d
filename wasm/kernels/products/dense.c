/* dense: out, x, weights, bias or none, residual or none, rows, terms, columns, activation, low, high.
   out [rows, columns] = activation(x [rows, terms] * weights + bias [columns] + residual [rows, columns]), float32;
   weights [columns / 8 rounded up, terms, 8], zero where there is no column. */
#include "../kernels.h"
#include "rows.h"

enum { OUT, X, WEIGHTS, BIAS, RESIDUAL, ROWS, TERMS, COLUMNS, ACTIVATION, COUNT = ACTIVATION + 3 };

static bool is_float_of(const tensor *t, uint64_t elements) {
    return !t || (t->type == TYPE_FLOAT && t->elements == elements);
}

program_code check_dense(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    if (count != COUNT || o[ACTIVATION] >= ACTIVATION_COUNT) return PROGRAM_OPERAND;
    const tensor *out = get_value(p, o[OUT]);
    uint64_t rows = o[ROWS], terms = o[TERMS], columns = o[COLUMNS];
    uint64_t blocks = (columns + 7) / 8;
    if (rows == 0 || terms == 0 || columns == 0 || rows > out->elements || columns > out->elements) {
        return PROGRAM_SHAPE;
    }
    bool fit = is_float_of(out, rows * columns) && is_float_of(get_value(p, o[X]), rows * terms) &&
               is_float_of(get_value(p, o[WEIGHTS]), blocks * terms * 8) &&
               is_float_of(get_value(p, o[BIAS]), columns) && is_float_of(get_value(p, o[RESIDUAL]), rows * columns);
    if (!fit) return PROGRAM_SHAPE;
    cost->work = rows * terms * columns;
    return PROGRAM_OK;
}

program_code run_dense(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    row_product product = {
        .x = get_floats(p, o[X]),
        .weights = get_floats(p, o[WEIGHTS]),
        .bias = get_floats(p, o[BIAS]),
        .residual = get_floats(p, o[RESIDUAL]),
        .out = p->values[o[OUT]].data,
        .rows = o[ROWS],
        .terms = o[TERMS],
        .columns = o[COLUMNS],
        .activation = read_activation(o + ACTIVATION),
    };
    multiply_rows(&product);
    return PROGRAM_OK;
}
