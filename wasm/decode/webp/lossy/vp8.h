/* Shared parts of the decoder of VP8 key frames. Sections are those of RFC 6386. */
#ifndef WEBPARITY_DECODE_WEBP_LOSSY_VP8_H
#define WEBPARITY_DECODE_WEBP_LOSSY_VP8_H

#include "../webp.h"
#include "bool_decoder.h"

/* Prediction modes, in the order of subblock_mode_probabilities; the first four are modes of whole blocks too. */
enum { DC_PRED, TM_PRED, VE_PRED, HE_PRED, RD_PRED, VR_PRED, LD_PRED, VL_PRED, HD_PRED, HU_PRED, SUBBLOCK_MODES };

enum {
    SEGMENTS = 4,
    PARTITIONS = 8,
    PLANE_TYPES = 4,
    BANDS = 8,
    CONTEXTS = 3,
    TOKEN_NODES = 11,
    COEFFICIENT_PROBABILITIES = PLANE_TYPES * BANDS * CONTEXTS * TOKEN_NODES,
    BLOCKS = 24, /* of a macroblock: 16 of luma, 4 of U, 4 of V */
};

/* Factors of the first coefficient and of the others. */
typedef struct {
    uint16_t y1[2], y2[2], uv[2];
} quantizer;

/* Limits of the loop filter; limit 0: no filtering. */
typedef struct {
    uint8_t limit, interior_limit, high_edge_variance;
    bool inner; /* edges inside the macroblock too */
} filter_strength;

typedef enum { NO_FILTER, SIMPLE_FILTER, NORMAL_FILTER } filter_kind;

typedef struct {
    uint32_t width, height;
    uint32_t columns, rows; /* in macroblocks */
    bool_decoder modes;     /* the first partition, after the header */
    bool_decoder tokens[PARTITIONS];
    uint32_t partition_count;
    bool maps_segments, skips_blocks;
    uint8_t segment_probabilities[3], skip_probability;
    quantizer quantizers[SEGMENTS];
    filter_kind filter;
    filter_strength strengths[SEGMENTS][2]; /* by segment, and whether luma is predicted by subblocks */
    uint8_t coefficient_probabilities[COEFFICIENT_PROBABILITIES];
} vp8_header;

typedef struct {
    uint8_t segment;
    bool skips_coefficients;
    bool by_subblocks;
    uint8_t luma_modes[16]; /* the first one where luma is predicted as a whole */
    uint8_t chroma_mode;
} macroblock_modes;

/* How much of a block's coefficients may differ from zero; decides which transform is used. */
typedef enum { NO_COEFFICIENT, ONLY_DC, FIRST_THREE, ALL_COEFFICIENTS } block_content;

typedef struct {
    int16_t coefficients[BLOCKS * 16];
    uint8_t contents[BLOCKS];
} macroblock_residual;

/* Which neighbouring blocks have coefficients: 4 of luma, 2 of U, 2 of V, and the second-order block. */
typedef struct {
    uint8_t luma[4], chroma[4], second;
} nonzero_context;

extern const uint8_t default_coefficient_probabilities[COEFFICIENT_PROBABILITIES];
extern const uint8_t coefficient_update_probabilities[COEFFICIENT_PROBABILITIES];
extern const uint8_t subblock_mode_probabilities[SUBBLOCK_MODES][SUBBLOCK_MODES][SUBBLOCK_MODES - 1];

/* frame_header.c */
decode_code read_frame_header(byte_span image, vp8_header *header, refusal *why);

/* modes.c: modes of the next macroblock, given those of the subblocks above and to the left. */
void read_modes(vp8_header *header, uint8_t above[4], uint8_t left[4], macroblock_modes *modes);

/* tokens.c: coefficients of one macroblock, multiplied by their factors. Returns whether any may differ from zero. */
bool read_residual(bool_decoder *decoder, const uint8_t *probabilities, const quantizer *factors, bool by_subblocks,
                   nonzero_context *above, nonzero_context *left, macroblock_residual *residual);

/* transform.c */
void invert_walsh_hadamard(const int16_t input[16], int16_t *output);
void add_residual_block(const int16_t input[16], block_content content, uint8_t *to, size_t stride);
void add_chroma_residual(const int16_t input[64], const uint8_t contents[4], uint8_t *to, size_t stride);

/* predict.c: `above` is the row over the block, from one sample left of it; the column left of it is read from `to`. */
typedef struct {
    bool has_above, has_left;
} block_position;
void predict_luma(uint8_t mode, uint8_t *to, size_t stride, const uint8_t *above, block_position at);
void predict_chroma(uint8_t mode, uint8_t *to, size_t stride, const uint8_t *above, block_position at);
void predict_subblock(uint8_t mode, uint8_t *to, size_t stride, const uint8_t above[9]);

/* loop_filter.c: all edges of one macroblock whose planes begin at `luma`, `u` and `v`. */
typedef struct {
    uint8_t *luma, *u, *v;
    size_t luma_stride, chroma_stride;
} planes;
void filter_macroblock(const planes *at, filter_kind kind, filter_strength strength, block_position position);

/* upsample.c: one row of RGB from a row of luma and the two nearest rows of chroma. */
typedef struct {
    const uint8_t *near_u, *near_v, *far_u, *far_v;
} chroma_rows;
void convert_luma_row(const uint8_t *luma, const chroma_rows *chroma, uint32_t width, uint8_t *rgb, uint8_t *scratch);
size_t measure_convert_scratch(uint32_t width);

#endif
