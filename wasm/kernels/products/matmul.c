/* matmul: out, x, y, two batch axes, rows, terms, columns; strides of out (batch, batch, row), of x (batch, batch, row,
   term) and of y (batch, batch, term, column); alpha. float32 or float64; strides count elements and may be 0.
   out[a, b, row, column] = alpha * sum over terms of x[a, b, row, term] * y[a, b, term, column]. */
#include "matmul.h"

#include "../kernels.h"

enum { OUT, X, Y, SHAPES, COUNT = SHAPES + 17 };
#define MAX_SCRATCH ((uint64_t)1 << 28)

static matrix_shapes read_shapes(const uint32_t *o) {
    const uint32_t *n = o + SHAPES;
    return (matrix_shapes){
        .batches = {n[0], n[1]}, .rows = n[2], .terms = n[3], .columns = n[4],
        .out_batch = {n[5], n[6]}, .out_row = n[7],
        .x_batch = {n[8], n[9]}, .x_row = n[10], .x_term = n[11],
        .y_batch = {n[12], n[13]}, .y_term = n[14], .y_column = n[15],
        .alpha = get_float(n[16]),
    };
}

/* The farthest element that is reached along four axes. */
static uint64_t find_last(const uint32_t batches[2], const uint32_t batch_strides[2], uint32_t rows, uint32_t row,
                          uint32_t columns, uint32_t column) {
    return (uint64_t)(batches[0] - 1) * batch_strides[0] + (uint64_t)(batches[1] - 1) * batch_strides[1] +
           (uint64_t)(rows - 1) * row + (uint64_t)(columns - 1) * column;
}

program_code check_matmul(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    if (count != COUNT) return PROGRAM_OPERAND;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]), *y = get_value(p, o[Y]);
    bool real = out->type == TYPE_FLOAT || out->type == TYPE_DOUBLE;
    if (!real || x->type != out->type || y->type != out->type) return PROGRAM_TYPE;
    matrix_shapes s = read_shapes(o);
    for (uint32_t i = SHAPES; i < SHAPES + 16; i++) {
        bool stride = i >= SHAPES + 5;
        if (o[i] > (uint32_t)1 << 28 || (o[i] == 0 && !stride)) return PROGRAM_SHAPE;
    }
    bool inside = find_last(s.batches, s.out_batch, s.rows, s.out_row, s.columns, 1) < out->elements &&
                  find_last(s.batches, s.x_batch, s.rows, s.x_row, s.terms, s.x_term) < x->elements &&
                  find_last(s.batches, s.y_batch, s.terms, s.y_term, s.columns, s.y_column) < y->elements;
    if (!inside) return PROGRAM_BOUNDS;
    if (out->type == TYPE_FLOAT) cost->scratch_bytes = count_matmul_room(&s);
    if (cost->scratch_bytes > MAX_SCRATCH) return PROGRAM_SHAPE;
    /* One row more: the packing of y. */
    uint64_t pairs = (uint64_t)s.batches[0] * s.batches[1];
    cost->work = multiply_sizes(multiply_sizes(pairs, (uint64_t)s.rows + 1), (uint64_t)s.terms * s.columns);
    return PROGRAM_OK;
}

program_code run_matmul(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]), *y = get_value(p, o[Y]);
    matrix_shapes s = read_shapes(o);
    for (size_t a = 0; a < s.batches[0]; a++) {
        for (size_t b = 0; b < s.batches[1]; b++) {
            size_t to = a * s.out_batch[0] + b * s.out_batch[1];
            size_t left = a * s.x_batch[0] + b * s.x_batch[1], right = a * s.y_batch[0] + b * s.y_batch[1];
            if (out->type == TYPE_FLOAT) {
                multiply_floats(&s, (const float *)x->data + left, (const float *)y->data + right,
                                (float *)out->data + to, (void *)p->scratch);
            } else {
                multiply_doubles(&s, (const double *)x->data + left, (const double *)y->data + right,
                                 (double *)out->data + to);
            }
        }
    }
    return PROGRAM_OK;
}
