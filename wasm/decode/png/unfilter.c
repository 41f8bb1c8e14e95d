/* Undoes the filters of a PNG's rows (the PNG specification, section 9.2): bytes by vectors where no byte waits for its
   left neighbour, else a pixel at a time, its bytes side by side in a vector. */
#include "../../memory.h"
#include "../../simd.h"
#include "png.h"

static void add_above(uint8_t *row, const uint8_t *before, const uint8_t *raw, size_t size) {
    size_t i = 0;
#if WEBPARITY_SIMD
    for (; i + 16 <= size; i += 16)
        wasm_v128_store(row + i, wasm_i8x16_add(wasm_v128_load(raw + i), wasm_v128_load(before + i)));
#endif
    for (; i < size; i++) row[i] = (uint8_t)(raw[i] + before[i]);
}

/* The first pixel has no left neighbour: zeros stand for it. */
static uint8_t left_of(const uint8_t *row, size_t i, uint32_t step) { return i < step ? 0 : row[i - step]; }

static void add_left(uint8_t *row, const uint8_t *raw, size_t from, size_t size, uint32_t step) {
    for (size_t i = from; i < size; i++) row[i] = (uint8_t)(raw[i] + left_of(row, i, step));
}

static void add_average(uint8_t *row, const uint8_t *before, const uint8_t *raw, size_t from, size_t size, uint32_t step) {
    for (size_t i = from; i < size; i++) row[i] = (uint8_t)(raw[i] + (left_of(row, i, step) + before[i]) / 2);
}

static int distance(int a, int b) { return a < b ? b - a : a - b; }

/* Section 9.4: whichever of left, above and upper left is nearest to left + above - upper left. */
static uint8_t predict_paeth(int left, int above, int corner) {
    int to_left = distance(above, corner), to_above = distance(left, corner), to_corner = distance(left + above, 2 * corner);
    if (to_left <= to_above && to_left <= to_corner) return (uint8_t)left;
    return (uint8_t)(to_above <= to_corner ? above : corner);
}

static void add_paeth(uint8_t *row, const uint8_t *before, const uint8_t *raw, size_t from, size_t size, uint32_t step) {
    for (size_t i = from; i < size; i++)
        row[i] = (uint8_t)(raw[i] + predict_paeth(left_of(row, i, step), before[i], left_of(before, i, step)));
}

#if WEBPARITY_SIMD
/* A pixel of up to 4 or 8 bytes in the low lanes; the lanes behind it hold later bytes, which the next pixel replaces. */
static inline v128_t load_pixel(const uint8_t *bytes, uint32_t room) {
    return room == 4 ? wasm_v128_load32_zero(bytes) : wasm_v128_load64_zero(bytes);
}

static inline void store_pixel(uint8_t *bytes, v128_t pixel, uint32_t room) {
    if (room == 4)
        wasm_v128_store32_lane(bytes, pixel, 0);
    else
        wasm_v128_store64_lane(bytes, pixel, 0);
}

/* Each of these returns how many bytes it did: whole pixels, as long as all that it loads lies within the row. */
static size_t add_left_3(uint8_t *row, const uint8_t *raw, size_t size) {
    v128_t last = wasm_i8x16_const_splat(0), zero = last;
    size_t i = 0;
    for (; i + 16 <= size; i += 15) {
        v128_t sum = wasm_v128_load(raw + i);
        sum = wasm_i8x16_add(sum, wasm_i8x16_shuffle(zero, sum, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28));
        sum = wasm_i8x16_add(sum, wasm_i8x16_shuffle(zero, sum, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25));
        sum = wasm_i8x16_add(sum, wasm_i8x16_shuffle(zero, sum, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19));
        sum = wasm_i8x16_add(sum, last);
        wasm_v128_store(row + i, sum);
        last = wasm_i8x16_shuffle(sum, sum, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12);
    }
    return i;
}

static size_t add_left_4(uint8_t *row, const uint8_t *raw, size_t size) {
    v128_t last = wasm_i8x16_const_splat(0), zero = last;
    size_t i = 0;
    for (; i + 16 <= size; i += 16) {
        v128_t sum = wasm_v128_load(raw + i);
        sum = wasm_i8x16_add(sum, wasm_i32x4_shuffle(zero, sum, 0, 4, 5, 6));
        sum = wasm_i8x16_add(sum, wasm_i32x4_shuffle(zero, sum, 0, 0, 4, 5));
        sum = wasm_i8x16_add(sum, last);
        wasm_v128_store(row + i, sum);
        last = wasm_i32x4_shuffle(sum, sum, 3, 3, 3, 3);
    }
    return i;
}

static inline size_t add_average_pixels(uint8_t *row, const uint8_t *before, const uint8_t *raw, size_t size, uint32_t step,
                                        uint32_t room) {
    const v128_t ones = wasm_i8x16_const_splat(1);
    v128_t left = wasm_i8x16_const_splat(0);
    size_t i = 0;
    for (; i + room <= size; i += step) {
        v128_t above = load_pixel(before + i, room);
        /* The vector mean rounds up; the filter's rounds down. */
        v128_t mean = wasm_i8x16_sub(wasm_u8x16_avgr(left, above), wasm_v128_and(wasm_v128_xor(left, above), ones));
        left = wasm_i8x16_add(load_pixel(raw + i, room), mean);
        store_pixel(row + i, left, room);
    }
    return i;
}

static inline size_t add_paeth_pixels(uint8_t *row, const uint8_t *before, const uint8_t *raw, size_t size, uint32_t step,
                                      uint32_t room) {
    const v128_t low_bytes = wasm_i16x8_const_splat(255);
    v128_t left = wasm_i16x8_const_splat(0), corner = left;
    size_t i = 0;
    for (; i + room <= size; i += step) {
        v128_t above = wasm_u16x8_extend_low_u8x16(load_pixel(before + i, room));
        v128_t by_left = wasm_i16x8_sub(above, corner), by_above = wasm_i16x8_sub(left, corner);
        v128_t to_left = wasm_i16x8_abs(by_left), to_above = wasm_i16x8_abs(by_above);
        v128_t to_corner = wasm_i16x8_abs(wasm_i16x8_add(by_left, by_above));
        v128_t nearest = wasm_i16x8_min(to_corner, wasm_i16x8_min(to_left, to_above));
        v128_t other = wasm_v128_bitselect(above, corner, wasm_i16x8_eq(nearest, to_above));
        v128_t predicted = wasm_v128_bitselect(left, other, wasm_i16x8_eq(nearest, to_left));
        v128_t added = wasm_i16x8_add(wasm_u16x8_extend_low_u8x16(load_pixel(raw + i, room)), predicted);
        left = wasm_v128_and(added, low_bytes);
        corner = above;
        store_pixel(row + i, wasm_u8x16_narrow_i16x8(left, left), room);
    }
    return i;
}

static size_t unfilter_pixels(uint8_t filter, uint8_t *row, const uint8_t *before, const uint8_t *raw, size_t size, uint32_t step) {
    if (step < 3) return 0; /* for one or two bytes a pixel the loops below are faster */
    if (filter == 1) return step == 3 ? add_left_3(row, raw, size) : step == 4 ? add_left_4(row, raw, size) : 0;
    if (filter == 3)
        return step <= 4 ? add_average_pixels(row, before, raw, size, step, 4) : add_average_pixels(row, before, raw, size, step, 8);
    return step <= 4 ? add_paeth_pixels(row, before, raw, size, step, 4) : add_paeth_pixels(row, before, raw, size, step, 8);
}
#else
static size_t unfilter_pixels(uint8_t filter, uint8_t *row, const uint8_t *before, const uint8_t *raw, size_t size, uint32_t step) {
    (void)filter, (void)row, (void)before, (void)raw, (void)size, (void)step;
    return 0;
}
#endif

void unfilter_row(uint8_t filter, uint8_t *row, const uint8_t *before, const uint8_t *raw, size_t size, uint32_t step) {
    if (filter == 0) {
        memcpy(row, raw, size);
        return;
    }
    if (filter == 2) {
        add_above(row, before, raw, size);
        return;
    }
    size_t from = unfilter_pixels(filter, row, before, raw, size, step);
    if (filter == 1) add_left(row, raw, from, size, step);
    if (filter == 3) add_average(row, before, raw, from, size, step);
    if (filter == 4) add_paeth(row, before, raw, from, size, step);
}
