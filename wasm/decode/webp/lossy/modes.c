/* Prediction modes of macroblocks and subblocks (RFC 6386, sections 8, 9.3, 11.2 and 11.3). */
#include "vp8.h"

/* As a call: these bools come a few times a macroblock. */
static __attribute__((noinline)) bool read_flag(bool_decoder *bits, uint32_t probability) {
    return read_bool(bits, probability);
}

static uint8_t read_segment(bool_decoder *bits, const uint8_t probabilities[3]) {
    if (!read_flag(bits, probabilities[0])) return read_flag(bits, probabilities[1]);
    return 2 + read_flag(bits, probabilities[2]);
}

static uint8_t read_luma_mode(bool_decoder *bits) {
    if (read_flag(bits, 156)) return read_flag(bits, 128) ? TM_PRED : HE_PRED;
    return read_flag(bits, 163) ? VE_PRED : DC_PRED;
}

static uint8_t read_chroma_mode(bool_decoder *bits) {
    if (!read_flag(bits, 142)) return DC_PRED;
    if (!read_flag(bits, 114)) return VE_PRED;
    return read_flag(bits, 183) ? TM_PRED : HE_PRED;
}

/* The tree of section 11.2: positive entries are nodes, the others a mode, negated. */
static const int8_t SUBBLOCK_TREE[18] = {
    -DC_PRED, 2,        -TM_PRED, 4,        -VE_PRED, 6,        8,  12,       -HE_PRED,
    10,       -RD_PRED, -VR_PRED, -LD_PRED, 14,       -VL_PRED, 16, -HD_PRED, -HU_PRED,
};

static inline uint8_t read_subblock_mode(bool_decoder *bits, const uint8_t probabilities[SUBBLOCK_MODES - 1]) {
    int node = 0;
    do node = SUBBLOCK_TREE[node + read_bool(bits, probabilities[node >> 1])];
    while (node > 0);
    return (uint8_t)-node;
}

static void read_subblock_modes(bool_decoder *decoder, uint8_t above[4], uint8_t left[4], uint8_t modes[16]) {
    bool_decoder bits = *decoder; /* a copy stays in registers */
    ROLLED for (int i = 0; i < 16; i++) {
        uint8_t *over = &above[i & 3], *before = &left[i >> 2];
        modes[i] = *over = *before = read_subblock_mode(&bits, subblock_mode_probabilities[*over][*before]);
    }
    *decoder = bits;
}

void read_modes(vp8_header *header, uint8_t above[4], uint8_t left[4], macroblock_modes *modes) {
    bool_decoder *bits = &header->modes;
    modes->segment = header->maps_segments ? read_segment(bits, header->segment_probabilities) : 0;
    modes->skips_coefficients = header->skips_blocks && read_flag(bits, header->skip_probability);
    modes->by_subblocks = !read_flag(bits, 145);
    if (modes->by_subblocks) {
        read_subblock_modes(bits, above, left, modes->luma_modes);
    } else {
        modes->luma_modes[0] = read_luma_mode(bits);
        memset(above, modes->luma_modes[0], 4);
        memset(left, modes->luma_modes[0], 4);
    }
    modes->chroma_mode = read_chroma_mode(bits);
}
