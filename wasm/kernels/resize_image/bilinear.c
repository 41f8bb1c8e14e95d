/* Antialiased bilinear: along the height in integers, along the width in float64, and gray last, so that only the results
   are rounded, to float32: over a plain area, errors of float32 would all have one direction.

   A segment's rows are weighed for both output rows that share them: 16 bytes of columns at a time, two rows at a time,
   8 sums of 4 columns in registers. */
#include "../../simd.h"
#include "resize_image.h"
#include "triangle.h"

enum {
    GROUP = 256, /* rows whose products 32 bits hold: 256 * 255 * 32767 */
    RED = 19595, GREEN = 38470, BLUE = 7471, /* ITU-R 601, of 2^16, as Pillow has them */
};

static uint32_t find_common_divisor(uint32_t a, uint32_t b) {
    while (b) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Rows of one group, and the two 16-bit weights of each two rows; a row that is missing has weight 0. */
typedef struct {
    const uint8_t *rows;
    size_t stride;
    uint32_t count;
    uint32_t left[GROUP / 2], right[GROUP / 2];
} row_group;

static void pair_weights(const int32_t *weights, uint32_t count, uint32_t *pairs) {
    for (uint32_t i = 0; i < count; i += 2) {
        uint32_t second = i + 1 < count ? (uint32_t)weights[i + 1] : 0;
        pairs[i / 2] = (uint32_t)weights[i] | second << 16;
    }
}

#if WEBPARITY_SIMD
static inline void add_sums(double *to, v128_t sums, bool starts) {
    v128_t low = wasm_f64x2_convert_low_i32x4(sums);
    v128_t high = wasm_f64x2_convert_low_i32x4(wasm_i64x2_shuffle(sums, sums, 1, 0));
    wasm_v128_store(to, starts ? low : wasm_f64x2_add(wasm_v128_load(to), low));
    wasm_v128_store(to + 2, starts ? high : wasm_f64x2_add(wasm_v128_load(to + 2), high));
}

/* 16 columns: adds the right halves to `before`, and sets or adds to `after`. */
static inline void weigh_16_columns(const row_group *g, size_t column, double *before, double *after, bool starts) {
    v128_t l0 = wasm_i32x4_const_splat(0), l1 = l0, l2 = l0, l3 = l0, r0 = l0, r1 = l0, r2 = l0, r3 = l0;
    const uint8_t *at = g->rows + column;
    for (uint32_t i = 0; i < g->count; i += 2, at += 2 * g->stride) {
        v128_t a = wasm_v128_load(at), b = wasm_v128_load(i + 1 < g->count ? at + g->stride : at);
        v128_t low = wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        v128_t high = wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        v128_t p0 = wasm_u16x8_extend_low_u8x16(low), p1 = wasm_u16x8_extend_high_u8x16(low);
        v128_t p2 = wasm_u16x8_extend_low_u8x16(high), p3 = wasm_u16x8_extend_high_u8x16(high);
        v128_t left = wasm_u32x4_splat(g->left[i / 2]), right = wasm_u32x4_splat(g->right[i / 2]);
        l0 = wasm_i32x4_add(l0, wasm_i32x4_dot_i16x8(p0, left));
        l1 = wasm_i32x4_add(l1, wasm_i32x4_dot_i16x8(p1, left));
        l2 = wasm_i32x4_add(l2, wasm_i32x4_dot_i16x8(p2, left));
        l3 = wasm_i32x4_add(l3, wasm_i32x4_dot_i16x8(p3, left));
        r0 = wasm_i32x4_add(r0, wasm_i32x4_dot_i16x8(p0, right));
        r1 = wasm_i32x4_add(r1, wasm_i32x4_dot_i16x8(p1, right));
        r2 = wasm_i32x4_add(r2, wasm_i32x4_dot_i16x8(p2, right));
        r3 = wasm_i32x4_add(r3, wasm_i32x4_dot_i16x8(p3, right));
    }
    add_sums(before + column, r0, false);
    add_sums(before + column + 4, r1, false);
    add_sums(before + column + 8, r2, false);
    add_sums(before + column + 12, r3, false);
    add_sums(after + column, l0, starts);
    add_sums(after + column + 4, l1, starts);
    add_sums(after + column + 8, l2, starts);
    add_sums(after + column + 12, l3, starts);
}
#endif

static void weigh_group(const row_group *g, double *before, double *after, bool starts) {
    size_t c = 0;
#if WEBPARITY_SIMD
    for (; c + 16 <= g->stride; c += 16) weigh_16_columns(g, c, before, after, starts);
#endif
    for (; c < g->stride; c++) {
        int32_t left = 0, right = 0;
        for (uint32_t i = 0; i < g->count; i++) {
            int32_t byte = g->rows[i * g->stride + c];
            uint32_t shift = i % 2 * 16;
            left += byte * (int32_t)(g->left[i / 2] >> shift & 0xffff);
            right += byte * (int32_t)(g->right[i / 2] >> shift & 0xffff);
        }
        before[c] += right;
        after[c] = starts ? left : after[c] + left;
    }
}

static void weigh_rows(const resize_task *t, const triangle_axis *y, uint32_t s, row_group *g, double *before,
                       double *after) {
    uint32_t done = 0;
    do {
        size_t at = (size_t)s * y->band + done;
        uint32_t rest = y->count[s] - done;
        g->count = rest < GROUP ? rest : GROUP;
        g->rows = get_image_row(t, y->first[s] + done);
        pair_weights(y->left + at, g->count, g->left);
        pair_weights(y->right + at, g->count, g->right);
        weigh_group(g, before, after, done == 0);
        done += g->count;
    } while (done < y->count[s]);
}

/* The sums of one segment's columns: red, green, blue and a number more of the left half, then of the right half. */
static inline void weigh_segment(const double *row, const double *left, const double *right, uint32_t count,
                                 double *sums) {
#if WEBPARITY_SIMD
    v128_t l0 = wasm_f64x2_const_splat(0), l1 = l0, r0 = l0, r1 = l0;
    for (uint32_t i = 0; i < count; i++, row += 3) {
        v128_t red_green = wasm_v128_load(row), blue = wasm_v128_load(row + 2);
        v128_t own_left = wasm_v128_load64_splat(left + i), own_right = wasm_v128_load64_splat(right + i);
        l0 = wasm_f64x2_add(l0, wasm_f64x2_mul(red_green, own_left));
        l1 = wasm_f64x2_add(l1, wasm_f64x2_mul(blue, own_left));
        r0 = wasm_f64x2_add(r0, wasm_f64x2_mul(red_green, own_right));
        r1 = wasm_f64x2_add(r1, wasm_f64x2_mul(blue, own_right));
    }
    wasm_v128_store(sums, l0);
    wasm_v128_store(sums + 2, l1);
    wasm_v128_store(sums + 4, r0);
    wasm_v128_store(sums + 6, r1);
#else
    for (uint32_t k = 0; k < 8; k++) sums[k] = 0;
    for (uint32_t i = 0; i < count; i++, row += 3) {
        for (uint32_t k = 0; k < 3; k++) {
            double own_left = row[k] * left[i], own_right = row[k] * right[i];
            sums[k] += own_left;
            sums[4 + k] += own_right;
        }
    }
#endif
}

static void store_pixel(const resize_task *t, size_t pixel, const double *sums, double total) {
    if (t->depth == 1) {
        store_level(t, pixel, (RED * sums[0] + GREEN * sums[1] + BLUE * sums[2]) / (65536.0 * total));
        return;
    }
    for (uint32_t k = 0; k < 3; k++) store_level(t, 3 * pixel + k, sums[k] / total);
}

/* Columns of the row of output y. */
static void weigh_columns(const resize_task *t, uint32_t y, const triangle_axis *x, const double *left,
                          const double *right, const double *row, double row_total) {
    double left_half[3] = {0}, sums[8];
    for (uint32_t s = 0; s <= x->out; s++) {
        size_t at = (size_t)s * x->band;
        weigh_segment(row + 3 * (size_t)x->first[s], left + at, right + at, x->count[s], sums);
        if (s > 0) {
            for (uint32_t k = 0; k < 3; k++) sums[4 + k] += left_half[k];
            store_pixel(t, (size_t)y * x->out + s - 1, sums + 4, row_total * (double)x->total[s - 1]);
        }
        for (uint32_t k = 0; k < 3; k++) left_half[k] = sums[k];
    }
}

static double *convert_weights(const triangle_axis *x, const int32_t *weights) {
    size_t count = ((size_t)x->out + 1) * x->band;
    double *converted = allocate(count * sizeof *converted);
    for (size_t i = 0; converted && i < count; i++) converted[i] = weights[i];
    return converted;
}

program_code resize_bilinear(const resize_task *t) {
    if (t->y.full != t->y.length || t->stride != t->x.full * t->depth || t->flags) return resize_filtered(t);
    if (t->in_height == t->y.full && t->in_width == t->x.full) {
        for (size_t i = 0; i < (size_t)t->in_height * t->in_width; i++) {
            const uint8_t *rgb = t->pixels + 3 * i;
            store_pixel(t, i, (double[]){rgb[0], rgb[1], rgb[2]}, 1);
        }
        return PROGRAM_OK;
    }
    triangle_axis x, y;
    row_group group = {.stride = (size_t)t->in_width * 3};
    /* Without their common divisor weights are at most 32767: with a side of 16384 and an odd one they are odd. */
    uint32_t divisor = find_common_divisor(t->in_height, t->y.full);
    if (!build_triangle(t->in_height, t->y.full, divisor, &y)) return PROGRAM_OUT_OF_MEMORY;
    if (!build_triangle(t->in_width, t->x.full, 1, &x)) return PROGRAM_OUT_OF_MEMORY;
    const double *left = convert_weights(&x, x.left), *right = convert_weights(&x, x.right);
    /* A number more, since pixels are read by fours of them. */
    size_t bytes = (group.stride + 1) * sizeof(double);
    double *before = allocate_zeros(bytes), *after = allocate_zeros(bytes);
    if (!left || !right || !before || !after) return PROGRAM_OUT_OF_MEMORY;
    for (uint32_t s = 0; s <= y.out; s++) {
        weigh_rows(t, &y, s, &group, before, after);
        if (s > 0) weigh_columns(t, s - 1, &x, left, right, before, (double)y.total[s - 1]);
        double *swapped = before;
        before = after;
        after = swapped;
    }
    return PROGRAM_OK;
}
