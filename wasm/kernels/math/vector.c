/* Short polynomials in float64 for float32, without branches. */
#include "vector.h"

/* Two float64: a * b + c, rounded twice. */
static inline v128_t multiply_add2(v128_t a, v128_t b, v128_t c) { return wasm_f64x2_add(wasm_f64x2_mul(a, b), c); }

#define SPLAT2(x) wasm_f64x2_const_splat(x)

/* e^x of two float64 as scale + scale * part: x from -700 to 700, the relative error of both under 2^-31. */
typedef struct {
    v128_t scale, part;
} exp_parts2;

static inline exp_parts2 split_exp2(v128_t x) {
    /* The sum's lowest bits are x / log 2 as a whole number. */
    v128_t shifted = multiply_add2(x, SPLAT2(0x1.71547652b82fep+0), SPLAT2(0x1.8p+52));
    v128_t whole = wasm_f64x2_sub(shifted, SPLAT2(0x1.8p+52));
    v128_t r = wasm_f64x2_sub(x, wasm_f64x2_mul(whole, SPLAT2(0x1.62e42fefa39efp-1)));
    /* (e^r - 1) / r for |r| <= log(2) / 2. */
    v128_t p = SPLAT2(0x1.a15169e096556p-13);
    p = multiply_add2(p, r, SPLAT2(0x1.6d7531eae5468p-10));
    p = multiply_add2(p, r, SPLAT2(0x1.1110c63a4eed0p-7));
    p = multiply_add2(p, r, SPLAT2(0x1.5554ace120b86p-5));
    p = multiply_add2(p, r, SPLAT2(0x1.5555556750672p-3));
    p = multiply_add2(p, r, SPLAT2(0x1.00000028794dfp-1));
    p = multiply_add2(p, r, SPLAT2(1));
    v128_t scale = wasm_i64x2_add(wasm_i64x2_shl(shifted, 52), wasm_i64x2_const_splat(0x3ff0000000000000));
    return (exp_parts2){scale, wasm_f64x2_mul(p, r)};
}

typedef enum { EXP, SIGMOID, TANH, ERF } vector_function;

/* e^x, 1 / (1 + e^-x) or (e^2x - 1) / (e^2x + 1). */
static inline v128_t compute_power2(vector_function function, v128_t x) {
    if (function == SIGMOID) x = wasm_f64x2_neg(x);
    if (function == TANH) x = wasm_f64x2_add(x, x);
    exp_parts2 e = split_exp2(x);
    v128_t one = SPLAT2(1), rest = wasm_f64x2_mul(e.scale, e.part);
    if (function == EXP) return wasm_f64x2_add(rest, e.scale);
    if (function == SIGMOID) return wasm_f64x2_div(one, wasm_f64x2_add(one, wasm_f64x2_add(rest, e.scale)));
    v128_t less_one = wasm_f64x2_add(rest, wasm_f64x2_sub(e.scale, one));
    return wasm_f64x2_div(less_one, wasm_f64x2_add(less_one, wasm_f64x2_add(one, one)));
}

/* x * p(x^2) / q(x^2), for |x| <= 4. */
static inline v128_t erf2(v128_t x) {
    v128_t z = wasm_f64x2_mul(x, x);
    v128_t p = SPLAT2(-0x1.c50f4e86634e7p-27);
    p = multiply_add2(p, z, SPLAT2(0x1.3a26384318e3dp-18));
    p = multiply_add2(p, z, SPLAT2(0x1.8df064a0a9487p-12));
    p = multiply_add2(p, z, SPLAT2(0x1.f8b248798a05bp-9));
    p = multiply_add2(p, z, SPLAT2(0x1.bcf9684e54192p-5));
    p = multiply_add2(p, z, SPLAT2(0x1.7b5c644b3445bp-3));
    p = multiply_add2(p, z, SPLAT2(0x1.20dd750d94895p+0));
    v128_t q = SPLAT2(0x1.089052098a484p-14);
    q = multiply_add2(q, z, SPLAT2(0x1.56c8b76d46e56p-10));
    q = multiply_add2(q, z, SPLAT2(0x1.fab5b08ef0d59p-7));
    q = multiply_add2(q, z, SPLAT2(0x1.d2d102152ac0dp-4));
    q = multiply_add2(q, z, SPLAT2(0x1.fd6eef33165edp-2));
    q = multiply_add2(q, z, SPLAT2(1));
    return wasm_f64x2_div(wasm_f64x2_mul(x, p), q);
}

/* Both halves by the same code. Numbers beyond the limits become these; NaN stays. */
static v128_t compute4(vector_function function, v128_t x, float low, float high) {
    x = wasm_f32x4_pmax(wasm_f32x4_pmin(x, wasm_f32x4_splat(high)), wasm_f32x4_splat(low));
    v128_t result = x;
    for (int half = 0; half < 2; half++) {
        v128_t two = wasm_f64x2_promote_low_f32x4(x);
        two = wasm_f32x4_demote_f64x2_zero(function == ERF ? erf2(two) : compute_power2(function, two));
        result = wasm_i32x4_shuffle(result, two, 2, 3, 4, 5);
        x = wasm_i32x4_shuffle(x, x, 2, 3, 2, 3);
    }
    return result;
}

/* Of a function that takes the sign of its argument. */
static v128_t compute_odd4(vector_function function, v128_t x, float high) {
    v128_t size = compute4(function, wasm_f32x4_abs(x), 0, high);
    return wasm_v128_or(size, wasm_v128_and(x, wasm_u32x4_const_splat(0x80000000)));
}

v128_t exp4(v128_t x) { return compute4(EXP, x, -104, 89); }
v128_t sigmoid4(v128_t x) { return compute4(SIGMOID, x, -104, 104); }
v128_t tanh4(v128_t x) { return compute_odd4(TANH, x, 10); }
v128_t erf4(v128_t x) { return compute_odd4(ERF, x, 4); }
