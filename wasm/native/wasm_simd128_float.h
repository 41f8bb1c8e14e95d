/* The float intrinsics of clang's wasm_simd128.h in plain C: included at the end of the header of that name. */
#ifndef WEBPARITY_NATIVE_WASM_SIMD128_FLOAT_H
#define WEBPARITY_NATIVE_WASM_SIMD128_FLOAT_H

#include <math.h>

SPLAT(wasm_f32x4_splat, float, f32, 4)
SPLAT(wasm_f64x2_splat, double, f64, 2)
#define wasm_f32x4_const_splat wasm_f32x4_splat
#define wasm_f64x2_const_splat wasm_f64x2_splat
#define wasm_f32x4_const(...) ((v128_t){.f32 = {__VA_ARGS__}})
#define wasm_f32x4_make(...) ((v128_t){.f32 = {__VA_ARGS__}})
#define wasm_f64x2_const(...) ((v128_t){.f64 = {__VA_ARGS__}})
#define wasm_f64x2_make(...) ((v128_t){.f64 = {__VA_ARGS__}})

/* Minimum and maximum as WebAssembly has them: a NaN wins, and -0 is less than 0. */
static inline double get_lesser(double a, double b) {
    if (a != a || b != b) return a + b;
    return a < b || (a == b && signbit(a)) ? a : b;
}
static inline double get_greater(double a, double b) {
    if (a != a || b != b) return a + b;
    return a > b || (a == b && !signbit(a)) ? a : b;
}

BINARY(wasm_f32x4_add, f32, 4, a.f32[i] + b.f32[i])
BINARY(wasm_f32x4_sub, f32, 4, a.f32[i] - b.f32[i])
BINARY(wasm_f32x4_mul, f32, 4, a.f32[i] * b.f32[i])
BINARY(wasm_f32x4_div, f32, 4, a.f32[i] / b.f32[i])
BINARY(wasm_f32x4_min, f32, 4, (float)get_lesser(a.f32[i], b.f32[i]))
BINARY(wasm_f32x4_max, f32, 4, (float)get_greater(a.f32[i], b.f32[i]))
BINARY(wasm_f32x4_pmin, f32, 4, b.f32[i] < a.f32[i] ? b.f32[i] : a.f32[i])
BINARY(wasm_f32x4_pmax, f32, 4, a.f32[i] < b.f32[i] ? b.f32[i] : a.f32[i])
BINARY(wasm_f32x4_eq, u32, 4, a.f32[i] == b.f32[i] ? UINT32_MAX : 0)
BINARY(wasm_f32x4_ne, u32, 4, a.f32[i] != b.f32[i] ? UINT32_MAX : 0)
BINARY(wasm_f32x4_lt, u32, 4, a.f32[i] < b.f32[i] ? UINT32_MAX : 0)
BINARY(wasm_f32x4_le, u32, 4, a.f32[i] <= b.f32[i] ? UINT32_MAX : 0)
BINARY(wasm_f32x4_gt, u32, 4, a.f32[i] > b.f32[i] ? UINT32_MAX : 0)
BINARY(wasm_f32x4_ge, u32, 4, a.f32[i] >= b.f32[i] ? UINT32_MAX : 0)
BINARY(wasm_f64x2_add, f64, 2, a.f64[i] + b.f64[i])
BINARY(wasm_f64x2_sub, f64, 2, a.f64[i] - b.f64[i])
BINARY(wasm_f64x2_mul, f64, 2, a.f64[i] * b.f64[i])
BINARY(wasm_f64x2_div, f64, 2, a.f64[i] / b.f64[i])
BINARY(wasm_f64x2_min, f64, 2, get_lesser(a.f64[i], b.f64[i]))
BINARY(wasm_f64x2_max, f64, 2, get_greater(a.f64[i], b.f64[i]))
BINARY(wasm_f64x2_pmin, f64, 2, b.f64[i] < a.f64[i] ? b.f64[i] : a.f64[i])
BINARY(wasm_f64x2_pmax, f64, 2, a.f64[i] < b.f64[i] ? b.f64[i] : a.f64[i])
BINARY(wasm_f64x2_eq, u64, 2, a.f64[i] == b.f64[i] ? UINT64_MAX : 0)
BINARY(wasm_f64x2_lt, u64, 2, a.f64[i] < b.f64[i] ? UINT64_MAX : 0)
BINARY(wasm_f64x2_le, u64, 2, a.f64[i] <= b.f64[i] ? UINT64_MAX : 0)
BINARY(wasm_f64x2_gt, u64, 2, a.f64[i] > b.f64[i] ? UINT64_MAX : 0)
BINARY(wasm_f64x2_ge, u64, 2, a.f64[i] >= b.f64[i] ? UINT64_MAX : 0)
BINARY(wasm_i64x2_add, u64, 2, a.u64[i] + b.u64[i])
BINARY(wasm_i64x2_sub, u64, 2, a.u64[i] - b.u64[i])
SHIFT(wasm_i64x2_shl, u64, 2, a.u64[i] << (b & 63))
SHIFT(wasm_u64x2_shr, u64, 2, a.u64[i] >> (b & 63))

/* The sign bit is cleared and flipped, of NaNs too. */
UNARY(wasm_f32x4_abs, u32, 4, a.u32[i] & 0x7fffffffu)
UNARY(wasm_f32x4_neg, u32, 4, a.u32[i] ^ 0x80000000u)
UNARY(wasm_f64x2_abs, u64, 2, a.u64[i] & ~((uint64_t)1 << 63))
UNARY(wasm_f64x2_neg, u64, 2, a.u64[i] ^ ((uint64_t)1 << 63))
UNARY(wasm_v128_not, u64, 2, ~a.u64[i])
UNARY(wasm_f32x4_sqrt, f32, 4, sqrtf(a.f32[i]))
UNARY(wasm_f32x4_floor, f32, 4, floorf(a.f32[i]))
UNARY(wasm_f32x4_ceil, f32, 4, ceilf(a.f32[i]))
UNARY(wasm_f32x4_trunc, f32, 4, truncf(a.f32[i]))
UNARY(wasm_f32x4_nearest, f32, 4, rintf(a.f32[i]))
UNARY(wasm_f64x2_sqrt, f64, 2, sqrt(a.f64[i]))
UNARY(wasm_f64x2_floor, f64, 2, floor(a.f64[i]))
UNARY(wasm_f64x2_ceil, f64, 2, ceil(a.f64[i]))
UNARY(wasm_f64x2_trunc, f64, 2, trunc(a.f64[i]))
UNARY(wasm_f64x2_nearest, f64, 2, rint(a.f64[i]))
UNARY(wasm_f64x2_promote_low_f32x4, f64, 2, (double)a.f32[i])
UNARY(wasm_f32x4_demote_f64x2_zero, f32, 4, i < 2 ? (float)a.f64[i] : 0)
/* Towards zero, to the nearest number of the type; 0 of NaN. */
static inline int32_t saturate_to_signed(double value) {
    if (!(value == value)) return 0;
    return value <= INT32_MIN ? INT32_MIN : value >= INT32_MAX ? INT32_MAX : (int32_t)value;
}

static inline uint32_t saturate_to_unsigned(double value) {
    return !(value > 0) ? 0 : value >= UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

UNARY(wasm_i32x4_trunc_sat_f32x4, s32, 4, saturate_to_signed(a.f32[i]))
UNARY(wasm_u32x4_trunc_sat_f32x4, u32, 4, saturate_to_unsigned(a.f32[i]))
UNARY(wasm_f32x4_convert_i32x4, f32, 4, (float)a.s32[i])
UNARY(wasm_f32x4_convert_u32x4, f32, 4, (float)a.u32[i])
UNARY(wasm_f64x2_convert_low_i32x4, f64, 2, (double)a.s32[i])

static inline float wasm_f32x4_extract_lane(v128_t a, int lane) { return a.f32[lane]; }
static inline double wasm_f64x2_extract_lane(v128_t a, int lane) { return a.f64[lane]; }
static inline v128_t wasm_f32x4_replace_lane(v128_t a, int lane, float value) {
    a.f32[lane] = value;
    return a;
}
static inline v128_t wasm_f64x2_replace_lane(v128_t a, int lane, double value) {
    a.f64[lane] = value;
    return a;
}
static inline v128_t wasm_v128_load32_splat(const void *from) {
    float value;
    memcpy(&value, from, sizeof value);
    return wasm_f32x4_splat(value);
}
static inline v128_t wasm_v128_load64_splat(const void *from) {
    double value;
    memcpy(&value, from, sizeof value);
    return wasm_f64x2_splat(value);
}

#endif
