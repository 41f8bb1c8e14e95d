/* unary: out, x, kind. One function of each element; out may lie where x lies. NOT takes BOOL, BIT_NOT integers, ERF FLOAT,
   IS_NAN gives BOOL; ABS, NEGATE and SIGN take integers too, all others FLOAT and DOUBLE. */
#include "../kernels.h"
#include "../math/scalar.h"
#include "../math/vector.h"
#include "elements.h"

enum { OUT, X, KIND };

/* Float32 four at a time, where it is worth it or the function is an instruction; the rest goes through float64. */
#define INLINE4(name, expression) \
    static v128_t name(v128_t x) { return expression; }
INLINE4(compute_abs4, wasm_f32x4_abs(x))
INLINE4(compute_negative4, wasm_f32x4_neg(x))
INLINE4(compute_sqrt4, wasm_f32x4_sqrt(x))
INLINE4(compute_reciprocal4, wasm_f32x4_div(wasm_f32x4_const_splat(1), x))
INLINE4(compute_floor4, wasm_f32x4_floor(x))
INLINE4(compute_ceil4, wasm_f32x4_ceil(x))
INLINE4(compute_round4, wasm_f32x4_nearest(x))

static v128_t (*const OF_FOUR[UNARY_COUNT])(v128_t) = {
    [UNARY_ABS] = compute_abs4,     [UNARY_NEGATE] = compute_negative4,
    [UNARY_EXP] = exp4,     [UNARY_SQRT] = compute_sqrt4,
    [UNARY_FLOOR] = compute_floor4, [UNARY_RECIPROCAL] = compute_reciprocal4,
    [UNARY_CEIL] = compute_ceil4,   [UNARY_ROUND] = compute_round4,
    [UNARY_TANH] = tanh4,   [UNARY_SIGMOID] = sigmoid4,
    [UNARY_ERF] = erf4,
};

#define INLINE1(name, expression) \
    static double name(double x) { return expression; }
INLINE1(compute_negative, -x)
INLINE1(compute_abs, absolute64(x))
INLINE1(compute_sqrt, __builtin_sqrt(x))
INLINE1(compute_reciprocal, 1 / x)
INLINE1(compute_floor, __builtin_floor(x))
INLINE1(compute_ceil, __builtin_ceil(x))
INLINE1(compute_round, __builtin_rint(x))
INLINE1(compute_sign, x > 0 ? 1 : x < 0 ? -1 : x)

static double (*const OF_ONE[UNARY_COUNT])(double) = {
    [UNARY_ABS] = compute_abs,
    [UNARY_NEGATE] = compute_negative,
    [UNARY_EXP] = exp64,
    [UNARY_LOG] = log64,
    [UNARY_SQRT] = compute_sqrt,
    [UNARY_RECIPROCAL] = compute_reciprocal,
    [UNARY_FLOOR] = compute_floor,
    [UNARY_CEIL] = compute_ceil,
    [UNARY_ROUND] = compute_round,
    [UNARY_SIGN] = compute_sign,
    [UNARY_TANH] = tanh64,
    [UNARY_SIGMOID] = sigmoid64,
    [UNARY_SIN] = sin64,
    [UNARY_COS] = cos64,
    [UNARY_TAN] = tan64,
    [UNARY_ASIN] = asin64,
    [UNARY_ACOS] = acos64,
    [UNARY_ATAN] = atan64,
    [UNARY_SINH] = sinh64,
    [UNARY_COSH] = cosh64,
    [UNARY_ASINH] = asinh64,
    [UNARY_ACOSH] = acosh64,
    [UNARY_ATANH] = atanh64,
    [UNARY_SOFTPLUS] = softplus64,
};

static bool takes_integers(uint32_t kind) {
    return kind == UNARY_ABS || kind == UNARY_NEGATE || kind == UNARY_SIGN || kind == UNARY_BIT_NOT;
}

program_code check_unary(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (count != KIND + 1 || o[KIND] >= UNARY_COUNT) return PROGRAM_OPERAND;
    uint32_t kind = o[KIND];
    bool known = is_real(x->type) ? OF_ONE[kind] || kind == UNARY_IS_NAN || (x->type == TYPE_FLOAT && OF_FOUR[kind])
                 : x->type == TYPE_BOOL ? kind == UNARY_NOT
                                        : takes_integers(kind);
    if (!known || out->type != (kind == UNARY_IS_NAN ? TYPE_BOOL : x->type)) return PROGRAM_TYPE;
    cost->work = (uint64_t)x->elements * 16;
    return x->elements == out->elements ? PROGRAM_OK : PROGRAM_SHAPE;
}

static void run_vectors(const tensor *out, const tensor *x, v128_t (*function)(v128_t)) {
    const float *from = x->data;
    float *to = out->data;
    uint32_t i = 0;
    for (; i + 4 <= x->elements; i += 4) wasm_v128_store(to + i, function(wasm_v128_load(from + i)));
    size_t rest = (x->elements - i) * sizeof(float);
    float last[4] = {0};
    memmove(last, from + i, rest);
    wasm_v128_store(last, function(wasm_v128_load(last)));
    memmove(to + i, last, rest);
}

static void run_reals(uint32_t kind, const tensor *out, const tensor *x, uint32_t at, uint32_t count) {
    double a[BLOCK];
    read_reals(x, at, 1, count, a);
    for (uint32_t i = 0; i < count; i++) {
        if (kind == UNARY_IS_NAN) ((uint8_t *)out->data)[at + i] = a[i] != a[i];
        else a[i] = OF_ONE[kind](a[i]);
    }
    if (kind != UNARY_IS_NAN) write_reals(out, at, count, a);
}

static int64_t compute_integer(uint32_t kind, int64_t x, bool is_unsigned) {
    switch (kind) {
        case UNARY_ABS: return x < 0 && !is_unsigned ? (int64_t)(0 - (uint64_t)x) : x;
        case UNARY_NEGATE: return (int64_t)(0 - (uint64_t)x);
        case UNARY_SIGN: return x < 0 && !is_unsigned ? -1 : x != 0;
        case UNARY_NOT: return !x;
        default: return ~x;
    }
}

program_code run_unary(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    uint32_t kind = o[KIND];
    if (x->type == TYPE_FLOAT && OF_FOUR[kind]) {
        run_vectors(out, x, OF_FOUR[kind]);
        return PROGRAM_OK;
    }
    for (uint32_t at = 0; at < x->elements; at += BLOCK) {
        uint32_t size = get_least(x->elements - at, BLOCK);
        if (is_real(x->type)) {
            run_reals(kind, out, x, at, size);
            continue;
        }
        int64_t a[BLOCK];
        read_integers(x, at, 1, size, a);
        for (uint32_t i = 0; i < size; i++) a[i] = compute_integer(kind, a[i], x->type == TYPE_UINT64);
        write_integers(out, at, size, a);
    }
    return PROGRAM_OK;
}
