/* Edges of the loop filter, 16 samples at once, with the integers of loop_filter_scalar.h. */
#ifndef WEBPARITY_DECODE_WEBP_LOSSY_LOOP_FILTER_SIMD_H
#define WEBPARITY_DECODE_WEBP_LOSSY_LOOP_FILTER_SIMD_H

#include "../../../simd.h"
#include "vp8.h"

/* Four samples before an edge and four behind, for 16 places along it. */
typedef struct {
    v128_t p3, p2, p1, p0, q0, q1, q2, q3;
} edge;

static inline v128_t find_difference(v128_t a, v128_t b) {
    return wasm_v128_or(wasm_u8x16_sub_sat(a, b), wasm_u8x16_sub_sat(b, a));
}
static inline v128_t add(v128_t a, v128_t b) { return wasm_i8x16_add_sat(a, b); }
static inline v128_t subtract(v128_t a, v128_t b) { return wasm_i8x16_sub_sat(a, b); }
static inline v128_t flip(v128_t a) { return wasm_v128_xor(a, wasm_i8x16_const_splat(-128)); }

static inline v128_t find_smooth(const edge *e, uint8_t limit) {
    v128_t step = find_difference(e->p0, e->q0), outer = wasm_u8x16_shr(find_difference(e->p1, e->q1), 1);
    return wasm_u8x16_le(wasm_u8x16_add_sat(wasm_u8x16_add_sat(step, step), outer), wasm_u8x16_splat(limit));
}

static inline v128_t find_even(const edge *e, uint8_t limit) {
    v128_t left = wasm_u8x16_max(wasm_u8x16_max(find_difference(e->p3, e->p2), find_difference(e->p2, e->p1)),
                                 find_difference(e->p1, e->p0));
    v128_t right = wasm_u8x16_max(wasm_u8x16_max(find_difference(e->q3, e->q2), find_difference(e->q2, e->q1)),
                                  find_difference(e->q1, e->q0));
    return wasm_u8x16_le(wasm_u8x16_max(left, right), wasm_u8x16_splat(limit));
}

static inline v128_t find_varying(const edge *e, uint8_t limit) {
    v128_t most = wasm_u8x16_max(find_difference(e->p1, e->p0), find_difference(e->q1, e->q0));
    return wasm_u8x16_gt(most, wasm_u8x16_splat(limit));
}

/* outer + 3 (q0 - p0), clipped; samples are signed here. */
static inline v128_t find_move(const edge *e, v128_t outer) {
    v128_t step = subtract(e->q0, e->p0);
    return add(add(add(outer, step), step), step);
}

/* Moves the samples at the edge, and tells by how much the right one moved. */
static inline v128_t move_nearest(edge *e, v128_t move) {
    v128_t right = wasm_i8x16_shr(add(move, wasm_i8x16_const_splat(4)), 3),
           left = wasm_i8x16_shr(add(move, wasm_i8x16_const_splat(3)), 3);
    e->q0 = subtract(e->q0, right);
    e->p0 = add(e->p0, left);
    return right;
}

static inline v128_t scale_move(v128_t low, v128_t high, int16_t factor) {
    v128_t by = wasm_i16x8_splat(factor), half = wasm_i16x8_const_splat(63);
    low = wasm_i16x8_shr(wasm_i16x8_add(wasm_i16x8_mul(low, by), half), 7);
    high = wasm_i16x8_shr(wasm_i16x8_add(wasm_i16x8_mul(high, by), half), 7);
    return wasm_i8x16_narrow_i16x8(low, high);
}

static inline void move_outer(edge *e, v128_t move, v128_t varying) {
    move_nearest(e, wasm_v128_and(move, varying));
    move = wasm_v128_andnot(move, varying);
    v128_t low = wasm_i16x8_extend_low_i8x16(move), high = wasm_i16x8_extend_high_i8x16(move);
    v128_t by27 = scale_move(low, high, 27), by18 = scale_move(low, high, 18), by9 = scale_move(low, high, 9);
    e->q0 = subtract(e->q0, by27), e->p0 = add(e->p0, by27);
    e->q1 = subtract(e->q1, by18), e->p1 = add(e->p1, by18);
    e->q2 = subtract(e->q2, by9), e->p2 = add(e->p2, by9);
}

static inline void move_inner(edge *e, v128_t move, v128_t varying) {
    v128_t right = move_nearest(e, move);
    v128_t half = wasm_v128_andnot(wasm_i8x16_shr(wasm_i8x16_add(right, wasm_i8x16_const_splat(1)), 1), varying);
    e->q1 = subtract(e->q1, half), e->p1 = add(e->p1, half);
}

static inline void flip_samples(edge *e) {
    e->p2 = flip(e->p2), e->p1 = flip(e->p1), e->p0 = flip(e->p0);
    e->q0 = flip(e->q0), e->q1 = flip(e->q1), e->q2 = flip(e->q2);
}

/* Edges of macroblocks, of subblocks inside, and either in the simple filter. */
typedef enum { OUTER_EDGE, INNER_EDGE, SIMPLE_EDGE } edge_kind;

/* Returns whether any sample has changed. */
static __attribute__((noinline)) bool filter_edge(edge *edges, filter_strength strength, edge_kind kind) {
    edge e = *edges;
    v128_t mask = find_smooth(&e, strength.limit), varying = wasm_i8x16_const_splat(-1);
    if (kind != SIMPLE_EDGE) {
        mask = wasm_v128_and(mask, find_even(&e, strength.interior_limit));
        varying = find_varying(&e, strength.high_edge_variance);
    }
    if (!wasm_v128_any_true(mask)) return false;
    flip_samples(&e);
    v128_t difference = subtract(e.p1, e.q1);
    if (kind == INNER_EDGE) difference = wasm_v128_and(difference, varying);
    v128_t move = wasm_v128_and(find_move(&e, difference), mask);
    if (kind == OUTER_EDGE)
        move_outer(&e, move, varying);
    else
        move_inner(&e, move, varying);
    flip_samples(&e);
    *edges = e;
    return true;
}

/* The lower or upper halves of two vectors, element by element in turn. */
#define LOW8(a, b) wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH8(a, b) wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define LOW16(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH16(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define LOW32(a, b) wasm_i32x4_shuffle(a, b, 0, 4, 1, 5)
#define HIGH32(a, b) wasm_i32x4_shuffle(a, b, 2, 6, 3, 7)
#define LOW64(a, b) wasm_i64x2_shuffle(a, b, 0, 2)
#define HIGH64(a, b) wasm_i64x2_shuffle(a, b, 1, 3)

/* Columns 0 to 7 of eight rows of eight bytes, two columns a vector. */
static inline void transpose_rows(const v128_t pairs[4], v128_t columns[4]) {
    v128_t low = LOW16(pairs[0], pairs[1]), high = HIGH16(pairs[0], pairs[1]);
    v128_t low2 = LOW16(pairs[2], pairs[3]), high2 = HIGH16(pairs[2], pairs[3]);
    columns[0] = LOW32(low, low2), columns[1] = HIGH32(low, low2);
    columns[2] = LOW32(high, high2), columns[3] = HIGH32(high, high2);
}

static inline v128_t load_two_rows(const uint8_t *upper, const uint8_t *lower) {
    return wasm_v128_load64_lane(lower, wasm_v128_load64_zero(upper), 1);
}

/* Eight columns from eight rows at `upper` and eight at `lower`. */
static inline edge load_columns(const uint8_t *upper, const uint8_t *lower, size_t stride) {
    v128_t low[4], high[4], top[4], bottom[4];
    for (size_t i = 0; i < 4; i++) {
        v128_t even = load_two_rows(upper + 2 * i * stride, lower + 2 * i * stride);
        v128_t odd = load_two_rows(upper + (2 * i + 1) * stride, lower + (2 * i + 1) * stride);
        low[i] = LOW8(even, odd), high[i] = HIGH8(even, odd);
    }
    transpose_rows(low, top);
    transpose_rows(high, bottom);
    return (edge){LOW64(top[0], bottom[0]),  HIGH64(top[0], bottom[0]), LOW64(top[1], bottom[1]),
                  HIGH64(top[1], bottom[1]), LOW64(top[2], bottom[2]),  HIGH64(top[2], bottom[2]),
                  LOW64(top[3], bottom[3]),  HIGH64(top[3], bottom[3])};
}

static inline void store_columns(const edge *e, uint8_t *upper, uint8_t *lower, size_t stride) {
    v128_t pairs[4] = {LOW8(e->p3, e->p2), LOW8(e->p1, e->p0), LOW8(e->q0, e->q1), LOW8(e->q2, e->q3)};
    v128_t pairs2[4] = {HIGH8(e->p3, e->p2), HIGH8(e->p1, e->p0), HIGH8(e->q0, e->q1), HIGH8(e->q2, e->q3)};
    v128_t rows[4], rows2[4];
    transpose_rows(pairs, rows);
    transpose_rows(pairs2, rows2);
    for (size_t i = 0; i < 4; i++) {
        wasm_v128_store64_lane(upper + 2 * i * stride, rows[i], 0);
        wasm_v128_store64_lane(upper + (2 * i + 1) * stride, rows[i], 1);
        wasm_v128_store64_lane(lower + 2 * i * stride, rows2[i], 0);
        wasm_v128_store64_lane(lower + (2 * i + 1) * stride, rows2[i], 1);
    }
}

static inline edge load_rows(const uint8_t *at, size_t stride) {
    return (edge){wasm_v128_load(at - 4 * stride),
                  wasm_v128_load(at - 3 * stride),
                  wasm_v128_load(at - 2 * stride),
                  wasm_v128_load(at - stride),
                  wasm_v128_load(at),
                  wasm_v128_load(at + stride),
                  wasm_v128_load(at + 2 * stride),
                  wasm_v128_load(at + 3 * stride)};
}

static __attribute__((noinline)) void filter_columns(uint8_t *upper, uint8_t *lower, size_t stride,
                                                     filter_strength strength, edge_kind kind) {
    edge e = load_columns(upper - 4, lower - 4, stride);
    if (filter_edge(&e, strength, kind)) store_columns(&e, upper - 4, lower - 4, stride);
}

static __attribute__((noinline)) void filter_rows(uint8_t *at, size_t stride, filter_strength strength,
                                                  edge_kind kind) {
    edge e = load_rows(at, stride);
    if (!filter_edge(&e, strength, kind)) return;
    if (kind == OUTER_EDGE) wasm_v128_store(at - 3 * stride, e.p2), wasm_v128_store(at + 2 * stride, e.q2);
    wasm_v128_store(at - 2 * stride, e.p1), wasm_v128_store(at - stride, e.p0);
    wasm_v128_store(at, e.q0), wasm_v128_store(at + stride, e.q1);
}

static void filter_simple_column(uint8_t *at, size_t stride, uint8_t limit) {
    filter_columns(at, at + 8 * stride, stride, (filter_strength){.limit = limit}, SIMPLE_EDGE);
}

static void filter_simple_row(uint8_t *at, size_t stride, uint8_t limit) {
    filter_rows(at, stride, (filter_strength){.limit = limit}, SIMPLE_EDGE);
}

static void filter_luma_column(uint8_t *at, size_t stride, filter_strength strength, bool outer) {
    filter_columns(at, at + 8 * stride, stride, strength, outer ? OUTER_EDGE : INNER_EDGE);
}

static void filter_chroma_column(uint8_t *u, uint8_t *v, size_t stride, filter_strength strength, bool outer) {
    filter_columns(u, v, stride, strength, outer ? OUTER_EDGE : INNER_EDGE);
}

static void filter_luma_row(uint8_t *at, size_t stride, filter_strength strength, bool outer) {
    filter_rows(at, stride, strength, outer ? OUTER_EDGE : INNER_EDGE);
}

static inline void store_two_rows(v128_t row, uint8_t *u, uint8_t *v) {
    wasm_v128_store64_lane(u, row, 0);
    wasm_v128_store64_lane(v, row, 1);
}

static void filter_chroma_row(uint8_t *u, uint8_t *v, size_t stride, filter_strength strength, bool outer) {
    edge e = {load_two_rows(u - 4 * stride, v - 4 * stride),
              load_two_rows(u - 3 * stride, v - 3 * stride),
              load_two_rows(u - 2 * stride, v - 2 * stride),
              load_two_rows(u - stride, v - stride),
              load_two_rows(u, v),
              load_two_rows(u + stride, v + stride),
              load_two_rows(u + 2 * stride, v + 2 * stride),
              load_two_rows(u + 3 * stride, v + 3 * stride)};
    if (!filter_edge(&e, strength, outer ? OUTER_EDGE : INNER_EDGE)) return;
    if (outer)
        store_two_rows(e.p2, u - 3 * stride, v - 3 * stride), store_two_rows(e.q2, u + 2 * stride, v + 2 * stride);
    store_two_rows(e.p1, u - 2 * stride, v - 2 * stride), store_two_rows(e.p0, u - stride, v - stride);
    store_two_rows(e.q0, u, v), store_two_rows(e.q1, u + stride, v + stride);
}

#endif
