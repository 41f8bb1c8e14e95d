/* Coefficients of a macroblock (RFC 6386, section 13). */
#include "vp8.h"

enum { BAND_SIZE = CONTEXTS * TOKEN_NODES, PLANE_SIZE = BANDS * BAND_SIZE };
enum { Y_AFTER_Y2, Y2, CHROMA, Y_WITH_DC };

/* Where the probabilities of a coefficient's band begin; one more for what follows the last. */
static const uint16_t BAND_BEGINS[17] = {
    0 * BAND_SIZE,
    1 * BAND_SIZE,
    2 * BAND_SIZE,
    3 * BAND_SIZE,
    6 * BAND_SIZE,
    4 * BAND_SIZE,
    5 * BAND_SIZE,
    6 * BAND_SIZE,
    6 * BAND_SIZE,
    6 * BAND_SIZE,
    6 * BAND_SIZE,
    6 * BAND_SIZE,
    6 * BAND_SIZE,
    6 * BAND_SIZE,
    6 * BAND_SIZE,
    7 * BAND_SIZE,
    0,
};

static const uint8_t ZIGZAG[16] = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

/* The rest of the token tree, behind "more than one": positive entries are nodes, others a token, negated, less one. */
static const int8_t LARGE_TREE[16] = {2, 6, -1, 4, -2, -3, 8, 10, -4, -5, 12, 14, -6, -7, -8, -9};

/* What these tokens begin at, from two to DCT_CAT6, and the probabilities of their extra bits, ended by 0. */
static const uint8_t LARGE_VALUES[9] = {2, 3, 4, 5, 7, 11, 19, 35, 67};
static const uint8_t EXTRA_BITS[9][12] = {
    {0},
    {0},
    {0},
    {159},
    {165, 145},
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129},
};

static inline int32_t read_large_value(bool_decoder *bits, const uint8_t *p) {
    int node = 0;
    do node = LARGE_TREE[node + read_bool(bits, p[3 + (node >> 1)])];
    while (node > 0);
    int token = -1 - node;
    int32_t extra = 0;
    ROLLED for (const uint8_t *at = EXTRA_BITS[token]; *at; at++) extra = 2 * extra + read_bool(bits, *at);
    return LARGE_VALUES[token] + extra;
}

/* Reads one block from coefficient `at` on. Returns the place behind the last that is not zero. */
static inline __attribute__((always_inline)) int read_block(bool_decoder *bits, const uint8_t *plane, int context,
                                                            const uint16_t factors[2], int at, int16_t *to) {
    const uint8_t *p = plane + BAND_BEGINS[at] + context * TOKEN_NODES;
    while (at < 16) {
        if (!read_bool(bits, p[0])) return at;
        while (!read_bool(bits, p[1])) {
            p = plane + BAND_BEGINS[++at];
            if (at == 16) return 16;
        }
        const uint8_t *next = plane + BAND_BEGINS[at + 1];
        int32_t value = 1;
        if (!read_bool(bits, p[2])) {
            p = next + TOKEN_NODES;
        } else {
            value = read_large_value(bits, p);
            p = next + 2 * TOKEN_NODES;
        }
        /* Products beyond 16 bits, which no encoder makes, wrap as in libwebp. */
        to[ZIGZAG[at]] = (int16_t)(read_sign(bits, value) * factors[at > 0]);
        at++;
    }
    return 16;
}

static inline block_content classify(int end, bool has_dc) {
    return end > 3 ? ALL_COEFFICIENTS : end > 1 ? FIRST_THREE : has_dc ? ONLY_DC : NO_COEFFICIENT;
}

/* The transform of the 16 first coefficients, each to where its luma block begins. */
static void spread_second_order(const int16_t block[16], int end, int16_t *coefficients) {
    if (end > 1) {
        invert_walsh_hadamard(block, coefficients);
    } else {
        ROLLED for (int i = 0; i < 16; i++) coefficients[16 * i] = (int16_t)((block[0] + 3) >> 3);
    }
}

bool read_residual(bool_decoder *decoder, const uint8_t *probabilities, const quantizer *factors, bool by_subblocks,
                   nonzero_context *above, nonzero_context *left, macroblock_residual *residual) {
    bool_decoder bits = *decoder; /* a copy stays in registers */
    int16_t second[16] = {0};
    memset(residual->coefficients, 0, sizeof residual->coefficients);
    uint8_t any = 0;
    for (int i = by_subblocks ? 0 : -1; i < BLOCKS; i++) {
        uint32_t plane = CHROMA, begin = 0;
        const uint16_t *factor = factors->uv;
        int16_t *to = i < 0 ? second : residual->coefficients + 16 * i;
        /* Chroma: two columns and two rows of U, then of V. */
        uint8_t *over = &above->chroma[((i >> 1) & 2) | (i & 1)],
                *before = &left->chroma[((i >> 1) & 2) | ((i >> 1) & 1)];
        if (i < 0) {
            plane = Y2, factor = factors->y2;
            over = &above->second, before = &left->second;
        } else if (i < 16) {
            plane = by_subblocks ? Y_WITH_DC : Y_AFTER_Y2, factor = factors->y1, begin = !by_subblocks;
            over = &above->luma[i & 3], before = &left->luma[i >> 2];
        }
        int end = read_block(&bits, probabilities + plane * PLANE_SIZE, *over + *before, factor, (int)begin, to);
        *over = *before = end > (int)begin;
        if (i < 0)
            spread_second_order(second, end, residual->coefficients);
        else
            any |= residual->contents[i] = (uint8_t)classify(end, to[0] != 0);
    }
    *decoder = bits;
    return any != 0;
}
