/* cast: out, x. Elements in the type of out, as ONNX's Cast: reals towards zero, and to the nearest number of the type where
   they lie outside (NaN is 0); of integers the lowest bits; BOOL is whether an element is not 0. */
#include "../kernels.h"
#include "elements.h"

enum { OUT, X };

program_code check_cast(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    cost->work = (uint64_t)x->elements * 4;
    if (count != X + 1) return PROGRAM_OPERAND;
    return x->elements == out->elements ? PROGRAM_OK : PROGRAM_SHAPE;
}

/* The nearest integer of a type of `bits` bits, as int64 or as the bits of uint64. */
static int64_t convert_real(double x, uint32_t bits, bool is_unsigned) {
    if (x != x) return 0;
    /* 2^63 or 2^64 for the largest types: what is less can be converted. */
    double end = (double)((uint64_t)1 << (bits - 1)) * (is_unsigned ? 2 : 1);
    int64_t largest = is_unsigned ? (int64_t)(UINT64_MAX >> (64 - bits)) : (int64_t)(UINT64_MAX >> (65 - bits));
    if (x >= end) return largest;
    if (is_unsigned) return x <= 0 ? 0 : (int64_t)(uint64_t)x;
    return x <= -end ? -largest - 1 : (int64_t)x;
}

static bool is_unsigned_type(element_type type) {
    return type == TYPE_UINT8 || type == TYPE_UINT16 || type == TYPE_UINT32 || type == TYPE_UINT64;
}

static void cast_reals(const tensor *out, const tensor *x, uint32_t at, uint32_t count) {
    double reals[BLOCK];
    read_reals(x, at, 1, count, reals);
    if (is_real(out->type)) {
        write_reals(out, at, count, reals);
        return;
    }
    int64_t integers[BLOCK];
    uint32_t bits = (uint32_t)get_element_size(out->type) * 8;
    bool is_unsigned = is_unsigned_type(out->type);
    for (uint32_t i = 0; i < count; i++) {
        integers[i] = out->type == TYPE_BOOL ? reals[i] != 0 : convert_real(reals[i], bits, is_unsigned);
    }
    write_integers(out, at, count, integers);
}

static void cast_integers(const tensor *out, const tensor *x, uint32_t at, uint32_t count) {
    int64_t integers[BLOCK];
    read_integers(x, at, 1, count, integers);
    bool is_unsigned = x->type == TYPE_UINT64;
    /* One rounding: float64 on the way to float32 would make it two. */
    for (uint32_t i = 0; i < count; i++) {
        int64_t number = integers[i];
        if (out->type == TYPE_BOOL) integers[i] = number != 0;
        if (out->type == TYPE_FLOAT) {
            ((float *)out->data)[at + i] = is_unsigned ? (float)(uint64_t)number : (float)number;
        } else if (out->type == TYPE_DOUBLE) {
            ((double *)out->data)[at + i] = is_unsigned ? (double)(uint64_t)number : (double)number;
        }
    }
    if (!is_real(out->type)) write_integers(out, at, count, integers);
}

program_code run_cast(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    for (uint32_t at = 0; at < x->elements; at += BLOCK) {
        uint32_t size = get_least(x->elements - at, BLOCK);
        if (is_real(x->type)) cast_reals(out, x, at, size);
        else cast_integers(out, x, at, size);
    }
    return PROGRAM_OK;
}
