/* Pillow's BILINEAR of bytes, to the bit (Resample.c): weights in fixed point of 22 bits, a pass along one axis, rounding
   to whole levels, a pass along the other. The width comes first, unless the height loses more than twice the pixels. */
#include "../../simd.h"
#include "byte_rows.h"
#include "triangle.h"

enum { PRECISION = 22, HALF = 1 << (PRECISION - 1), RING = 4 };

/* How often the integer weights are halved, so that their sum stays below 2^22. */
static uint32_t count_halvings(uint32_t in, uint32_t out) {
    uint32_t count = 0;
    while ((uint64_t)in * in >= (uint64_t)out << (PRECISION - 1 + count)) count++;
    return count;
}

static int32_t divide_weight(int32_t weight, uint32_t total) {
    return (int32_t)((((uint64_t)(uint32_t)weight << (PRECISION + 1)) + total) / (2 * (uint64_t)total));
}

/* The weights of an axis in units of 2^-22, rounded to nearest. */
static bool build_fixed_point_axis(uint32_t in, uint32_t out, triangle_axis *a) {
    if (!build_triangle(in, out, 1u << count_halvings(in, out), a)) return false;
    for (uint32_t s = 0; s <= out; s++) {
        int32_t *left = a->left + (size_t)s * a->band, *right = a->right + (size_t)s * a->band;
        for (uint32_t i = 0; i < a->count[s]; i++) {
            left[i] = s < out ? divide_weight(left[i], a->total[s]) : 0;
            right[i] = s > 0 ? divide_weight(right[i], a->total[s - 1]) : 0;
        }
    }
    return true;
}

static inline uint8_t round_sum(uint32_t sum) { return (uint8_t)((sum + HALF) >> PRECISION); }

/* Sums of one segment's pixels for both halves, [2][depth], of gray or RGB. */
static void weigh_gray_segment(const uint8_t *bytes, const int32_t *left, const int32_t *right, uint32_t count,
                               uint32_t sums[2][3]) {
    uint32_t i = 0, l = 0, r = 0;
#if WEBPARITY_SIMD
    if (count >= 4) {
        v128_t lefts = wasm_i32x4_const_splat(0), rights = lefts;
        for (; i + 4 <= count; i += 4) {
            v128_t four = wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(bytes + i));
            four = wasm_u32x4_extend_low_u16x8(four);
            lefts = wasm_i32x4_add(lefts, wasm_i32x4_mul(four, wasm_v128_load(left + i)));
            rights = wasm_i32x4_add(rights, wasm_i32x4_mul(four, wasm_v128_load(right + i)));
        }
        uint32_t lanes[8];
        wasm_v128_store(lanes, lefts);
        wasm_v128_store(lanes + 4, rights);
        l = lanes[0] + lanes[1] + lanes[2] + lanes[3];
        r = lanes[4] + lanes[5] + lanes[6] + lanes[7];
    }
#endif
    for (; i < count; i++) {
        l += (uint32_t)left[i] * bytes[i];
        r += (uint32_t)right[i] * bytes[i];
    }
    sums[0][0] = l;
    sums[1][0] = r;
}

static void weigh_rgb_segment(const uint8_t *bytes, const int32_t *left, const int32_t *right, uint32_t count,
                              uint32_t sums[2][3]) {
    uint32_t i = 0;
    for (uint32_t k = 0; k < 3; k++) sums[0][k] = sums[1][k] = 0;
#if WEBPARITY_SIMD
    v128_t lefts = wasm_i32x4_const_splat(0), rights = lefts;
    /* The fourth lane is the next pixel's: the last one has none. */
    for (; i + 1 < count; i++, bytes += 3) {
        v128_t pixel = wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(bytes));
        pixel = wasm_u32x4_extend_low_u16x8(pixel);
        lefts = wasm_i32x4_add(lefts, wasm_i32x4_mul(pixel, wasm_v128_load32_splat(left + i)));
        rights = wasm_i32x4_add(rights, wasm_i32x4_mul(pixel, wasm_v128_load32_splat(right + i)));
    }
    uint32_t lanes[8];
    wasm_v128_store(lanes, lefts);
    wasm_v128_store(lanes + 4, rights);
    for (uint32_t k = 0; k < 8; k++) {
        if (k % 4 < 3) sums[k / 4][k % 4] = lanes[k];
    }
#endif
    for (; i < count; i++, bytes += 3) {
        for (uint32_t k = 0; k < 3; k++) {
            sums[0][k] += (uint32_t)left[i] * bytes[k];
            sums[1][k] += (uint32_t)right[i] * bytes[k];
        }
    }
}

/* One row along the width, to whole levels. */
static void resize_row(const triangle_axis *x, const uint8_t *row, uint32_t depth, uint8_t *to) {
    uint32_t left_half[3] = {0}, sums[2][3];
    for (uint32_t s = 0; s <= x->out; s++) {
        size_t at = (size_t)s * x->band;
        const uint8_t *bytes = row + (size_t)x->first[s] * depth;
        if (depth == 1) weigh_gray_segment(bytes, x->left + at, x->right + at, x->count[s], sums);
        else weigh_rgb_segment(bytes, x->left + at, x->right + at, x->count[s], sums);
        for (uint32_t k = 0; k < depth; k++) {
            if (s > 0) to[(s - 1) * depth + k] = round_sum(left_half[k] + sums[1][k]);
            left_half[k] = sums[0][k];
        }
    }
}

/* The state of one resize. Rows of sums have `length` numbers: of the width after a pass along it, or before. */
typedef struct {
    const resize_task *task;
    triangle_axis x, y;
    byte_rows rows;
    size_t length, resized_length;
    uint32_t *before, *after;
    uint8_t *bytes;     /* rows of whole levels: RING resized ones, or one at a time */
    uint32_t next;      /* the first row that is not yet resized */
    bool width_first;
} resizing;

/* A row of the first pass. Where the image grows, segments share rows: the last ones are kept. */
static const uint8_t *read_first_pass_row(resizing *r, uint32_t y) {
    if (!r->width_first) return read_byte_row(&r->rows, y);
    uint8_t *kept = r->bytes + y % RING * r->resized_length;
    if (y >= r->next) {
        resize_row(&r->x, read_byte_row(&r->rows, y), r->task->depth, kept);
        r->next = y + 1;
    }
    return kept;
}

static void finish_row(resizing *r, uint32_t y) {
    float *to = get_out_row(r->task, y);
    uint8_t *bytes = r->bytes;
    if (r->width_first) {
        for (size_t i = 0; i < r->length; i++) to[i] = round_sum(r->before[i]);
        return;
    }
    for (size_t i = 0; i < r->length; i++) bytes[i] = round_sum(r->before[i]);
    resize_row(&r->x, bytes, r->task->depth, bytes + r->length);
    for (size_t i = 0; i < r->resized_length; i++) to[i] = bytes[r->length + i];
}

program_code resize_like_pillow(const resize_task *t) {
    int64_t higher = (int64_t)t->in_height - t->out_height, wider = (int64_t)t->in_width - t->out_width;
    resizing r = {.task = t, .width_first = higher <= (wider > 0 ? 2 * wider : 0)};
    r.resized_length = (size_t)t->out_width * t->depth;
    r.length = r.width_first ? r.resized_length : (size_t)t->in_width * t->depth;
    if (!build_fixed_point_axis(t->in_width, t->out_width, &r.x)) return PROGRAM_OUT_OF_MEMORY;
    if (!build_fixed_point_axis(t->in_height, t->out_height, &r.y)) return PROGRAM_OUT_OF_MEMORY;
    r.before = allocate(r.length * sizeof *r.before);
    r.after = allocate(r.length * sizeof *r.after);
    r.bytes = allocate(r.length + RING * r.resized_length);
    if (!open_byte_rows(t, &LUMA_601, &r.rows) || !r.before || !r.after || !r.bytes) return PROGRAM_OUT_OF_MEMORY;
    for (uint32_t s = 0; s <= r.y.out; s++) {
        memset(r.after, 0, r.length * sizeof *r.after);
        for (uint32_t i = 0; i < r.y.count[s]; i++) {
            size_t at = (size_t)s * r.y.band + i;
            const uint8_t *row = read_first_pass_row(&r, r.y.first[s] + i);
            if (s > 0) add_weighted_bytes(r.before, row, r.length, (uint32_t)r.y.right[at]);
            add_weighted_bytes(r.after, row, r.length, (uint32_t)r.y.left[at]);
        }
        if (s > 0) finish_row(&r, s - 1);
        uint32_t *swapped = r.before;
        r.before = r.after;
        r.after = swapped;
    }
    return PROGRAM_OK;
}
