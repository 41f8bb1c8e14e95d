/* Intra prediction (RFC 6386, section 12). */
#include "../../../simd.h"
#include "vp8.h"

/* The mean of the samples above and to the left that lie inside the image; 128 where none does. */
static __attribute__((noinline)) uint8_t average_edges(const uint8_t *to, size_t stride, uint32_t size,
                                                       const uint8_t *above, block_position at) {
    uint32_t sum = 0, count = 0;
    if (at.has_above) {
        SMALL_LOOP for (uint32_t x = 0; x < size; x++) sum += above[1 + x];
        count += size;
    }
    if (at.has_left) {
        SMALL_LOOP for (uint32_t y = 0; y < size; y++) sum += to[y * stride - 1];
        count += size;
    }
    return count ? (uint8_t)((sum + count / 2) / count) : 128;
}

/* TM_PRED: what is above, plus how the sample to the left differs from the corner. */
#if WEBPARITY_SIMD
static __attribute__((noinline)) void predict_true_motion(uint8_t *to, size_t stride, uint32_t size,
                                                          const uint8_t *above) {
    for (uint32_t y = 0; y < size; y++, to += stride) {
        v128_t difference = wasm_i16x8_splat((int16_t)(to[-1] - above[0])),
               low = wasm_i16x8_add(wasm_u16x8_load8x8(above + 1), difference);
        if (size == 4) {
            wasm_v128_store32_lane(to, wasm_u8x16_narrow_i16x8(low, low), 0);
        } else if (size == 8) {
            wasm_v128_store64_lane(to, wasm_u8x16_narrow_i16x8(low, low), 0);
        } else {
            v128_t high = wasm_i16x8_add(wasm_u16x8_load8x8(above + 9), difference);
            wasm_v128_store(to, wasm_u8x16_narrow_i16x8(low, high));
        }
    }
}
#else
static inline uint8_t clip(int32_t value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

static void predict_true_motion(uint8_t *to, size_t stride, uint32_t size, const uint8_t *above) {
    for (uint32_t y = 0; y < size; y++, to += stride) {
        int32_t difference = to[-1] - above[0];
        for (uint32_t x = 0; x < size; x++) to[x] = clip(above[1 + x] + difference);
    }
}
#endif

/* `size` is constant in each call, so that every row is one store. */
static inline void predict_square(uint8_t mode, uint8_t *to, size_t stride, uint32_t size, const uint8_t *above,
                                  block_position at) {
    if (mode == TM_PRED) {
        predict_true_motion(to, stride, size, above);
    } else if (mode == VE_PRED) {
        ROLLED for (uint32_t y = 0; y < size; y++) memcpy(to + y * stride, above + 1, size);
    } else if (mode == HE_PRED) {
        ROLLED for (uint32_t y = 0; y < size; y++) memset(to + y * stride, to[y * stride - 1], size);
    } else {
        uint8_t mean = average_edges(to, stride, size, above, at);
        ROLLED for (uint32_t y = 0; y < size; y++) memset(to + y * stride, mean, size);
    }
}

void predict_luma(uint8_t mode, uint8_t *to, size_t stride, const uint8_t *above, block_position at) {
    predict_square(mode, to, stride, 16, above, at);
}

void predict_chroma(uint8_t mode, uint8_t *to, size_t stride, const uint8_t *above, block_position at) {
    predict_square(mode, to, stride, 8, above, at);
}

static inline uint8_t mean3(uint32_t a, uint32_t b, uint32_t c) { return (uint8_t)((a + 2 * b + c + 2) >> 2); }

/* smooth[i]: of the samples around edge[i]; pairs[i]: of edge[i] and the next. */
typedef struct {
    uint8_t edge[16], smooth[20], pairs[16];
} subblock_edge;

static inline void smooth_edge(subblock_edge *e) {
#if WEBPARITY_SIMD
    v128_t before = wasm_v128_load(e->edge),
           here = wasm_i8x16_shuffle(before, before, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15);
    v128_t next = wasm_i8x16_shuffle(before, before, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 15);
    wasm_v128_store(e->pairs, wasm_u8x16_avgr(before, here));
    /* The mean of the outer two rounded down, then with the middle rounded up: (a + 2b + c + 2) / 4. */
    v128_t odd = wasm_v128_and(wasm_v128_xor(before, next), wasm_i8x16_const_splat(1));
    wasm_v128_store(e->smooth + 1, wasm_u8x16_avgr(wasm_i8x16_sub(wasm_u8x16_avgr(before, next), odd), here));
#else
    for (int i = 0; i < 12; i++) e->pairs[i] = (uint8_t)((e->edge[i] + e->edge[i + 1] + 1) >> 1);
    for (int i = 1; i < 12; i++) e->smooth[i] = mean3(e->edge[i - 1], e->edge[i], e->edge[i + 1]);
#endif
}

/* Row y of the subblock begins at values[first + step * y]. */
static inline void write_slanted(uint8_t *to, size_t stride, const uint8_t *values, int first, int step) {
    for (int y = 0; y < 4; y++, to += stride) memcpy(to, values + first + step * y, 4);
}

/* The edge E of section 12.3: left column from below, corner, and eight samples above. */
void predict_subblock(uint8_t mode, uint8_t *to, size_t stride, const uint8_t above[9]) {
    subblock_edge around;
    uint8_t *e = around.edge, *smooth = around.smooth, *pairs = around.pairs;
    for (size_t y = 0; y < 4; y++) e[3 - y] = to[y * stride - 1];
    memcpy(e + 4, above, 8);
    e[12] = above[8];
    if (mode > TM_PRED) smooth_edge(&around);

    switch (mode) {
    case DC_PRED: {
        uint32_t sum = 4;
        for (int i = 0; i < 4; i++) sum += e[i] + e[5 + i];
        for (size_t y = 0; y < 4; y++) memset(to + y * stride, (int)(sum >> 3), 4);
        break;
    }
    case TM_PRED: predict_true_motion(to, stride, 4, above); break;
    case VE_PRED: write_slanted(to, stride, smooth, 5, 0); break;
    case HE_PRED:
        smooth[0] = mean3(e[1], e[0], e[0]);
        for (size_t y = 0; y < 4; y++) memset(to + y * stride, smooth[3 - y], 4);
        break;
    case RD_PRED: write_slanted(to, stride, smooth, 4, -1); break;
    case LD_PRED:
        smooth[12] = mean3(e[11], e[12], e[12]);
        write_slanted(to, stride, smooth, 6, 1);
        break;
    case VR_PRED:
        memcpy(to, pairs + 4, 4);
        memcpy(to + stride, smooth + 4, 4);
        pairs[3] = smooth[3];
        memcpy(to + 2 * stride, pairs + 3, 4);
        smooth[3] = smooth[2];
        memcpy(to + 3 * stride, smooth + 3, 4);
        break;
    case VL_PRED: /* the last sample of the lower rows is smoothed in both */
        memcpy(to, pairs + 5, 4);
        memcpy(to + stride, smooth + 6, 4);
        memcpy(to + 2 * stride, pairs + 6, 4);
        memcpy(to + 3 * stride, smooth + 7, 4);
        to[2 * stride + 3] = smooth[10];
        to[3 * stride + 3] = smooth[11];
        break;
    case HD_PRED: {
        uint8_t values[10];
        ROLLED for (int i = 0; i < 4; i++) values[2 * i] = pairs[i], values[2 * i + 1] = smooth[i + 1];
        memcpy(values + 8, smooth + 5, 2);
        write_slanted(to, stride, values, 6, -2);
        break;
    }
    default: { /* HU_PRED */
        uint8_t low = e[0];
        uint8_t values[10] = {pairs[2], smooth[2], pairs[1], smooth[1], pairs[0], mean3(e[1], low, low)};
        memset(values + 6, low, 4);
        write_slanted(to, stride, values, 0, 2);
        break;
    }
    }
}
