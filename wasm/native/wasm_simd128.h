/* The intrinsics of clang's header of this name that the module uses, in plain C: so that sanitizers see its SIMD paths. */
#ifndef WEBPARITY_NATIVE_WASM_SIMD128_H
#define WEBPARITY_NATIVE_WASM_SIMD128_H

#include <stdint.h>
#include <string.h>

typedef union {
    uint8_t u8[16];
    int8_t s8[16];
    uint16_t u16[8];
    int16_t s16[8];
    uint32_t u32[4];
    int32_t s32[4];
    uint64_t u64[2];
    int64_t s64[2];
    float f32[4];
    double f64[2];
} v128_t;

static inline int32_t limit(int32_t value, int32_t low, int32_t high) {
    return value < low ? low : value > high ? high : value;
}

/* A function of two vectors, or of one and a number: each lane of `field` is an expression of i, a and b. */
#define LANES(name, second, field, count, expression)         \
    static inline v128_t name(v128_t a, second b) {           \
        v128_t v;                                             \
        for (int i = 0; i < (count); i++) v.field[i] = (expression); \
        return v;                                             \
    }
#define BINARY(name, field, count, expression) LANES(name, v128_t, field, count, expression)
#define SHIFT(name, field, count, expression) LANES(name, uint32_t, field, count, expression)
#define UNARY(name, field, count, expression)                 \
    static inline v128_t name(v128_t a) {                     \
        v128_t v;                                             \
        for (int i = 0; i < (count); i++) v.field[i] = (expression); \
        return v;                                             \
    }
#define SPLAT(name, type, field, count)                       \
    static inline v128_t name(type a) {                       \
        v128_t v;                                             \
        for (int i = 0; i < (count); i++) v.field[i] = a;     \
        return v;                                             \
    }

SPLAT(wasm_i8x16_splat, int8_t, s8, 16)
SPLAT(wasm_u8x16_splat, uint8_t, u8, 16)
SPLAT(wasm_i16x8_splat, int16_t, s16, 8)
SPLAT(wasm_i32x4_splat, int32_t, s32, 4)
SPLAT(wasm_u32x4_splat, uint32_t, u32, 4)
SPLAT(wasm_i64x2_splat, int64_t, s64, 2)
#define wasm_i8x16_const_splat wasm_i8x16_splat
#define wasm_u8x16_const_splat wasm_u8x16_splat
#define wasm_i16x8_const_splat wasm_i16x8_splat
#define wasm_i32x4_const_splat wasm_i32x4_splat
#define wasm_u32x4_const_splat wasm_u32x4_splat
#define wasm_i64x2_const_splat wasm_i64x2_splat
#define wasm_i8x16_const(...) ((v128_t){.s8 = {__VA_ARGS__}})
#define wasm_u8x16_const(...) ((v128_t){.u8 = {__VA_ARGS__}})
#define wasm_i16x8_const(...) ((v128_t){.s16 = {__VA_ARGS__}})
#define wasm_i32x4_const(...) ((v128_t){.s32 = {__VA_ARGS__}})
#define wasm_i32x4_make(...) ((v128_t){.s32 = {__VA_ARGS__}})

BINARY(wasm_v128_and, u64, 2, a.u64[i] & b.u64[i])
BINARY(wasm_v128_or, u64, 2, a.u64[i] | b.u64[i])
BINARY(wasm_v128_xor, u64, 2, a.u64[i] ^ b.u64[i])
BINARY(wasm_v128_andnot, u64, 2, a.u64[i] & ~b.u64[i])
BINARY(wasm_i8x16_add, u8, 16, (uint8_t)(a.u8[i] + b.u8[i]))
BINARY(wasm_i8x16_sub, u8, 16, (uint8_t)(a.u8[i] - b.u8[i]))
BINARY(wasm_i8x16_add_sat, s8, 16, (int8_t)limit(a.s8[i] + b.s8[i], -128, 127))
BINARY(wasm_i8x16_sub_sat, s8, 16, (int8_t)limit(a.s8[i] - b.s8[i], -128, 127))
BINARY(wasm_u8x16_add_sat, u8, 16, (uint8_t)limit(a.u8[i] + b.u8[i], 0, 255))
BINARY(wasm_u8x16_sub_sat, u8, 16, (uint8_t)limit(a.u8[i] - b.u8[i], 0, 255))
BINARY(wasm_u8x16_avgr, u8, 16, (uint8_t)((a.u8[i] + b.u8[i] + 1) / 2))
BINARY(wasm_u8x16_max, u8, 16, a.u8[i] > b.u8[i] ? a.u8[i] : b.u8[i])
BINARY(wasm_u8x16_min, u8, 16, a.u8[i] < b.u8[i] ? a.u8[i] : b.u8[i])
BINARY(wasm_i8x16_eq, u8, 16, a.u8[i] == b.u8[i] ? 255 : 0)
BINARY(wasm_u8x16_gt, u8, 16, a.u8[i] > b.u8[i] ? 255 : 0)
BINARY(wasm_u8x16_le, u8, 16, a.u8[i] <= b.u8[i] ? 255 : 0)
BINARY(wasm_i8x16_swizzle, u8, 16, b.u8[i] < 16 ? a.u8[b.u8[i]] : 0)
BINARY(wasm_i16x8_add, u16, 8, (uint16_t)(a.u16[i] + b.u16[i]))
BINARY(wasm_i16x8_sub, u16, 8, (uint16_t)(a.u16[i] - b.u16[i]))
BINARY(wasm_i16x8_mul, u16, 8, (uint16_t)((uint32_t)a.u16[i] * b.u16[i]))
BINARY(wasm_u16x8_sub_sat, u16, 8, (uint16_t)limit(a.u16[i] - b.u16[i], 0, 65535))
BINARY(wasm_i16x8_eq, u16, 8, a.u16[i] == b.u16[i] ? 65535 : 0)
BINARY(wasm_i16x8_min, s16, 8, a.s16[i] < b.s16[i] ? a.s16[i] : b.s16[i])
BINARY(wasm_i16x8_max, s16, 8, a.s16[i] > b.s16[i] ? a.s16[i] : b.s16[i])
BINARY(wasm_i16x8_q15mulr_sat, s16, 8, (int16_t)limit((a.s16[i] * b.s16[i] + 0x4000) >> 15, -32768, 32767))
BINARY(wasm_i32x4_add, u32, 4, a.u32[i] + b.u32[i])
BINARY(wasm_i32x4_sub, u32, 4, a.u32[i] - b.u32[i])
BINARY(wasm_i32x4_mul, u32, 4, a.u32[i] * b.u32[i])
BINARY(wasm_i32x4_lt, u32, 4, a.s32[i] < b.s32[i] ? UINT32_MAX : 0)
BINARY(wasm_i32x4_gt, u32, 4, a.s32[i] > b.s32[i] ? UINT32_MAX : 0)
BINARY(wasm_i32x4_dot_i16x8, u32, 4,
       (uint32_t)(a.s16[2 * i] * b.s16[2 * i]) + (uint32_t)(a.s16[2 * i + 1] * b.s16[2 * i + 1]))
BINARY(wasm_i8x16_narrow_i16x8, s8, 16, (int8_t)limit(i < 8 ? a.s16[i] : b.s16[i - 8], -128, 127))
BINARY(wasm_u8x16_narrow_i16x8, u8, 16, (uint8_t)limit(i < 8 ? a.s16[i] : b.s16[i - 8], 0, 255))
BINARY(wasm_i16x8_narrow_i32x4, s16, 8, (int16_t)limit(i < 4 ? a.s32[i] : b.s32[i - 4], -32768, 32767))
BINARY(wasm_u16x8_extmul_low_u8x16, u16, 8, (uint16_t)(a.u8[i] * b.u8[i]))
BINARY(wasm_u16x8_extmul_high_u8x16, u16, 8, (uint16_t)(a.u8[8 + i] * b.u8[8 + i]))

SHIFT(wasm_i8x16_shr, s8, 16, (int8_t)(a.s8[i] >> (b & 7)))
SHIFT(wasm_u8x16_shr, u8, 16, (uint8_t)(a.u8[i] >> (b & 7)))
SHIFT(wasm_i16x8_shl, u16, 8, (uint16_t)(a.u16[i] << (b & 15)))
SHIFT(wasm_i16x8_shr, s16, 8, (int16_t)(a.s16[i] >> (b & 15)))
SHIFT(wasm_u16x8_shr, u16, 8, (uint16_t)(a.u16[i] >> (b & 15)))
SHIFT(wasm_i32x4_shl, u32, 4, a.u32[i] << (b & 31))
SHIFT(wasm_i32x4_shr, s32, 4, a.s32[i] >> (b & 31))

UNARY(wasm_i16x8_abs, u16, 8, (uint16_t)(a.s16[i] < 0 ? -a.s16[i] : a.s16[i]))
UNARY(wasm_i16x8_extend_low_i8x16, s16, 8, a.s8[i])
UNARY(wasm_i16x8_extend_high_i8x16, s16, 8, a.s8[8 + i])
UNARY(wasm_u16x8_extend_low_u8x16, u16, 8, a.u8[i])
UNARY(wasm_u16x8_extend_high_u8x16, u16, 8, a.u8[8 + i])
UNARY(wasm_u32x4_extend_low_u16x8, u32, 4, a.u16[i])
UNARY(wasm_u32x4_extend_high_u16x8, u32, 4, a.u16[4 + i])
UNARY(wasm_u16x8_extadd_pairwise_u8x16, u16, 8, (uint16_t)(a.u8[2 * i] + a.u8[2 * i + 1]))
UNARY(wasm_u32x4_extadd_pairwise_u16x8, u32, 4, (uint32_t)a.u16[2 * i] + a.u16[2 * i + 1])

static inline v128_t wasm_v128_bitselect(v128_t a, v128_t b, v128_t mask) {
    return wasm_v128_or(wasm_v128_and(a, mask), wasm_v128_andnot(b, mask));
}

static inline int wasm_v128_any_true(v128_t a) { return (a.u64[0] | a.u64[1]) != 0; }

static inline uint32_t wasm_i8x16_bitmask(v128_t a) {
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++) mask |= (uint32_t)(a.u8[i] >> 7) << i;
    return mask;
}

static inline int32_t wasm_i32x4_extract_lane(v128_t a, int lane) { return a.s32[lane]; }
static inline int64_t wasm_i64x2_extract_lane(v128_t a, int lane) { return a.s64[lane]; }

/* Loads and stores of as many bytes as the instruction touches. */
static inline v128_t load_bytes(v128_t into, int at, const void *from, size_t size) {
    memcpy(into.u8 + at, from, size);
    return into;
}
static inline v128_t wasm_v128_load(const void *from) { return load_bytes((v128_t){{0}}, 0, from, 16); }
static inline v128_t wasm_v128_load32_zero(const void *from) { return load_bytes((v128_t){{0}}, 0, from, 4); }
static inline v128_t wasm_v128_load64_zero(const void *from) { return load_bytes((v128_t){{0}}, 0, from, 8); }
static inline v128_t wasm_v128_load32_lane(const void *from, v128_t a, int lane) {
    return load_bytes(a, 4 * lane, from, 4);
}
static inline v128_t wasm_v128_load64_lane(const void *from, v128_t a, int lane) {
    return load_bytes(a, 8 * lane, from, 8);
}
static inline v128_t wasm_u16x8_load8x8(const void *from) {
    return wasm_u16x8_extend_low_u8x16(wasm_v128_load64_zero(from));
}
static inline v128_t wasm_i32x4_load16x4(const void *from) {
    v128_t halves = wasm_v128_load64_zero(from);
    return (v128_t){.s32 = {halves.s16[0], halves.s16[1], halves.s16[2], halves.s16[3]}};
}
static inline void wasm_v128_store(void *to, v128_t a) { memcpy(to, a.u8, 16); }
static inline void wasm_v128_store32_lane(void *to, v128_t a, int lane) { memcpy(to, a.u8 + 4 * lane, 4); }
static inline void wasm_v128_store64_lane(void *to, v128_t a, int lane) { memcpy(to, a.u8 + 8 * lane, 8); }

/* Lanes of `size` bytes out of two vectors. */
static inline v128_t shuffle_lanes(v128_t a, v128_t b, const uint8_t *lanes, int size) {
    v128_t v, both[2] = {a, b};
    for (int i = 0; i < 16; i++) v.u8[i] = ((const uint8_t *)both)[lanes[i / size] * size + i % size];
    return v;
}
#define wasm_i8x16_shuffle(a, b, ...) shuffle_lanes(a, b, (const uint8_t[16]){__VA_ARGS__}, 1)
#define wasm_i16x8_shuffle(a, b, ...) shuffle_lanes(a, b, (const uint8_t[8]){__VA_ARGS__}, 2)
#define wasm_i32x4_shuffle(a, b, ...) shuffle_lanes(a, b, (const uint8_t[4]){__VA_ARGS__}, 4)
#define wasm_i64x2_shuffle(a, b, ...) shuffle_lanes(a, b, (const uint8_t[2]){__VA_ARGS__}, 8)

#include "wasm_simd128_float.h"

#endif
