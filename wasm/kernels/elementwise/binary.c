/* binary: out, x, y, kind. Two elements to one, of one type, with NumPy's broadcasting to the shape of out; out may lie where
   an input of its shape lies. Comparisons and logic give BOOL; logic takes BOOL, bits and shifts integers. */
#include "../kernels.h"
#include "binary.h"
#include "broadcast.h"
#include "elements.h"

enum { OUT, X, Y, KIND };

static bool is_comparison(uint32_t kind) { return kind >= BINARY_EQUAL && kind <= BINARY_GREATER_OR_EQUAL; }
static bool is_logic(uint32_t kind) { return kind >= BINARY_AND && kind <= BINARY_XOR; }
static bool is_of_bits(uint32_t kind) { return kind >= BINARY_BIT_AND && kind <= BINARY_SHIFT_RIGHT; }

program_code check_binary(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]), *y = get_value(p, o[Y]);
    if (count != KIND + 1 || o[KIND] >= BINARY_COUNT) return PROGRAM_OPERAND;
    uint32_t kind = o[KIND];
    bool known = is_comparison(kind) || (is_logic(kind) ? x->type == TYPE_BOOL
                                         : is_of_bits(kind) ? is_integer(x->type)
                                                            : x->type != TYPE_BOOL);
    bool gives_bool = is_comparison(kind) || is_logic(kind);
    if (!known || x->type != y->type || out->type != (gives_bool ? TYPE_BOOL : x->type)) return PROGRAM_TYPE;
    cost->work = (uint64_t)out->elements * (kind == BINARY_POWER || kind == BINARY_MOD || kind == BINARY_FMOD ? 64 : 4);
    return can_broadcast(x, out) && can_broadcast(y, out) ? PROGRAM_OK : PROGRAM_SHAPE;
}

/* One row of up to BLOCK elements. */
static void run_block(uint32_t kind, const tensor *out, uint32_t to, const tensor *const *inputs, const uint32_t *at,
                      const uint32_t *steps, uint32_t size) {
    union {
        double reals[BLOCK];
        int64_t integers[BLOCK];
    } a, b;
    const tensor *x = inputs[0], *y = inputs[1];
    uint8_t *bits = (uint8_t *)out->data + to;
    if (is_real(x->type)) {
        read_reals(x, at[0], steps[0], size, a.reals);
        read_reals(y, at[1], steps[1], size, b.reals);
        if (is_comparison(kind)) compare_reals(kind, a.reals, b.reals, size, bits);
        else compute_reals(kind, a.reals, b.reals, size);
        if (!is_comparison(kind)) write_reals(out, to, size, a.reals);
        return;
    }
    bool is_unsigned = x->type == TYPE_UINT64;
    read_integers(x, at[0], steps[0], size, a.integers);
    read_integers(y, at[1], steps[1], size, b.integers);
    if (is_comparison(kind)) {
        compare_integers(kind, a.integers, b.integers, size, is_unsigned, bits);
    } else {
        compute_integers(kind, a.integers, b.integers, size, is_unsigned);
        write_integers(out, to, size, a.integers);
    }
}

program_code run_binary(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *inputs[] = {get_value(p, o[X]), get_value(p, o[Y])};
    if (out->elements == 0) return PROGRAM_OK;
    uint32_t kind = o[KIND], to = 0;
    if (inputs[0]->type == TYPE_FLOAT && has_vectors(kind)) {
        run_floats(kind, out, inputs);
        return PROGRAM_OK;
    }
    broadcast walk = start_broadcast(out, inputs, 2);
    uint32_t last = walk.rank - 1, length = walk.dims[last], steps[] = {walk.steps[0][last], walk.steps[1][last]};
    do {
        for (uint32_t i = 0; i < length; i += BLOCK) {
            uint32_t at[] = {walk.at[0] + i * steps[0], walk.at[1] + i * steps[1]};
            run_block(kind, out, to + i, inputs, at, steps, get_least(length - i, BLOCK));
        }
        to += length;
    } while (go_to_next_row(&walk));
    return PROGRAM_OK;
}
