/* Decoding of a VP8 key frame, one row of macroblocks after the other, with the rows behind it still in a window. */
#include "../../over_white.h"
#include "vp8.h"

/* Rows above the macroblocks in work that are kept: those whose chroma the filters still change, and what they read. */
enum { KEPT_LUMA = 7, KEPT_CHROMA = 4, MARGIN = 16 };

typedef struct {
    vp8_header header;
    macroblock_residual residual;
    planes window; /* where the macroblock row in work begins; MARGIN bytes to its left are 129 */
    /* The unfiltered row above, from one sample left of it, with four more for subblocks at the right edge. */
    uint8_t *above_luma, *above_u, *above_v;
    uint8_t *above_modes;
    nonzero_context *above_nonzero;
    filter_strength *strengths;
    uint8_t *scratch;
} decoder_state;

static COLD decode_code allocate_rows(decoder_state *state, refusal *why) {
    size_t columns = state->header.columns;
    size_t luma_stride = columns * 16 + 2 * MARGIN, chroma_stride = columns * 8 + 2 * MARGIN;
    size_t luma_size = luma_stride * (KEPT_LUMA + 16), chroma_size = chroma_stride * (KEPT_CHROMA + 8);
    size_t row_size = luma_stride + 2 * chroma_stride;
    uint8_t *memory = allocate(luma_size + 2 * chroma_size + row_size);
    state->above_modes = allocate_zeros(4 * columns);
    state->above_nonzero = allocate_zeros(columns * sizeof *state->above_nonzero);
    state->strengths = allocate(columns * sizeof *state->strengths);
    state->scratch = allocate(measure_convert_scratch(state->header.width));
    if (!memory || !state->above_modes || !state->above_nonzero || !state->strengths || !state->scratch)
        return refuse(why, DECODE_OUT_OF_MEMORY, "no memory for a WebP image");
    /* Section 12.2: outside the image there is 127 above and 129 to the left. */
    memset(memory, 129, luma_size + 2 * chroma_size);
    uint8_t *rows = memory + luma_size + 2 * chroma_size;
    memset(rows, 127, row_size);
    state->window = (planes){
        .luma = memory + KEPT_LUMA * luma_stride + MARGIN,
        .u = memory + luma_size + KEPT_CHROMA * chroma_stride + MARGIN,
        .v = memory + luma_size + chroma_size + KEPT_CHROMA * chroma_stride + MARGIN,
        .luma_stride = luma_stride,
        .chroma_stride = chroma_stride,
    };
    state->above_luma = rows + MARGIN - 1;
    state->above_u = rows + luma_stride + MARGIN - 1;
    state->above_v = rows + luma_stride + chroma_stride + MARGIN - 1;
    return DECODE_OK;
}

/* Sixteen subblocks, each predicted from those before it. The four samples above and to the right come from the row
   above the macroblock, for all but the first row of subblocks too where the neighbour is not yet decoded. */
static void reconstruct_subblocks(decoder_state *state, const macroblock_modes *modes, uint8_t *luma,
                                  const uint8_t *above) {
    size_t stride = state->window.luma_stride;
    uint8_t edge[9];
    ROLLED for (int i = 0; i < 16; i++) {
        int x = 4 * (i & 3);
        uint8_t *to = luma + 4 * (size_t)(i >> 2) * stride + x;
        if (i < 4) {
            memcpy(edge, above + x, 9);
        } else {
            memcpy(edge, to - stride - 1, 9);
            if (x == 12) memcpy(edge + 5, above + 17, 4);
        }
        predict_subblock(modes->luma_modes[i], to, stride, edge);
        add_residual_block(state->residual.coefficients + 16 * i, state->residual.contents[i], to, stride);
    }
}

static void reconstruct_macroblock(decoder_state *state, const macroblock_modes *modes, uint32_t column,
                                   block_position position) {
    const planes *window = &state->window;
    const macroblock_residual *residual = &state->residual;
    uint8_t *luma = window->luma + 16 * column, *u = window->u + 8 * column, *v = window->v + 8 * column;
    uint8_t *above = state->above_luma + 16 * column;
    if (modes->by_subblocks) {
        /* Right of the image the last sample above is repeated, as in libwebp. */
        if (position.has_above && column + 1 == state->header.columns) memset(above + 17, above[16], 4);
        reconstruct_subblocks(state, modes, luma, above);
    } else {
        predict_luma(modes->luma_modes[0], luma, window->luma_stride, above, position);
        ROLLED for (int i = 0; i < 16; i++)
            add_residual_block(residual->coefficients + 16 * i, residual->contents[i],
                               luma + 4 * (size_t)(i >> 2) * window->luma_stride + 4 * (i & 3), window->luma_stride);
    }
    predict_chroma(modes->chroma_mode, u, window->chroma_stride, state->above_u + 8 * column, position);
    predict_chroma(modes->chroma_mode, v, window->chroma_stride, state->above_v + 8 * column, position);
    add_chroma_residual(residual->coefficients + 16 * 16, residual->contents + 16, u, window->chroma_stride);
    add_chroma_residual(residual->coefficients + 20 * 16, residual->contents + 20, v, window->chroma_stride);
}

/* Without coefficients; the second-order block's context stays where the macroblock has none (section 13.3). */
static void skip_residual(bool by_subblocks, nonzero_context *above, nonzero_context *left,
                          macroblock_residual *residual) {
    uint8_t seconds[2] = {by_subblocks ? above->second : 0, by_subblocks ? left->second : 0};
    *above = (nonzero_context){.second = seconds[0]};
    *left = (nonzero_context){.second = seconds[1]};
    memset(residual->contents, NO_COEFFICIENT, sizeof residual->contents);
}

static void decode_macroblock_row(decoder_state *state, uint32_t row) {
    vp8_header *header = &state->header;
    bool_decoder *tokens = &header->tokens[row & (header->partition_count - 1)];
    uint8_t left_modes[4] = {DC_PRED};
    nonzero_context left = {0};
    for (uint32_t column = 0; column < header->columns; column++) {
        macroblock_modes modes;
        read_modes(header, state->above_modes + 4 * column, left_modes, &modes);
        bool has_residual = false;
        if (modes.skips_coefficients)
            skip_residual(modes.by_subblocks, &state->above_nonzero[column], &left, &state->residual);
        else
            has_residual = read_residual(tokens, header->coefficient_probabilities, &header->quantizers[modes.segment],
                                         modes.by_subblocks, &state->above_nonzero[column], &left, &state->residual);
        reconstruct_macroblock(state, &modes, column, (block_position){row > 0, column > 0});
        state->strengths[column] = header->strengths[modes.segment][modes.by_subblocks];
        state->strengths[column].inner = modes.by_subblocks || has_residual;
    }
}

/* The last row of samples, before filters change it, is what the next row of macroblocks is predicted from. */
static void keep_last_row(decoder_state *state) {
    const planes *window = &state->window;
    uint32_t columns = state->header.columns;
    memcpy(state->above_luma + 1, window->luma + 15 * window->luma_stride, 16 * columns);
    memcpy(state->above_u + 1, window->u + 7 * window->chroma_stride, 8 * columns);
    memcpy(state->above_v + 1, window->v + 7 * window->chroma_stride, 8 * columns);
    state->above_luma[0] = state->above_u[0] = state->above_v[0] = 129;
}

static void filter_row(decoder_state *state, uint32_t row) {
    if (state->header.filter == NO_FILTER) return;
    planes at = state->window;
    for (uint32_t column = 0; column < state->header.columns; column++, at.luma += 16, at.u += 8, at.v += 8)
        filter_macroblock(&at, state->header.filter, state->strengths[column], (block_position){row > 0, column > 0});
}

static void blend_row(uint8_t *rgb, const uint8_t *alpha, uint32_t width) {
    uint32_t x = 0;
#if WEBPARITY_SIMD
    for (; x + 16 <= width; x += 16, rgb += 48) {
        v128_t alphas = wasm_v128_load(alpha + x);
        v128_t first = wasm_i8x16_shuffle(alphas, alphas, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5);
        v128_t second = wasm_i8x16_shuffle(alphas, alphas, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10);
        v128_t third = wasm_i8x16_shuffle(alphas, alphas, 10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15,
                                          15);
        wasm_v128_store(rgb, put_16_over_white(wasm_v128_load(rgb), first));
        wasm_v128_store(rgb + 16, put_16_over_white(wasm_v128_load(rgb + 16), second));
        wasm_v128_store(rgb + 32, put_16_over_white(wasm_v128_load(rgb + 32), third));
    }
#endif
    SMALL_LOOP for (; x < width; x++, rgb += 3) for (int i = 0; i < 3; i++) rgb[i] = put_over_white(rgb[i], alpha[x]);
}

/* Writes the rows of RGB from `from` to `end`, which lie in the window whose macroblocks begin at row `origin`. */
static void write_rows(decoder_state *state, uint32_t origin, uint32_t from, uint32_t end, const uint8_t *alpha,
                       uint8_t *rgb) {
    const planes *window = &state->window;
    uint32_t width = state->header.width, last = (state->header.height - 1) / 2;
    for (uint32_t y = from; y < end; y++) {
        /* The nearest row of chroma, and the next one, above for even rows and below for odd ones. */
        uint32_t near = y / 2, far = y & 1 ? (near < last ? near + 1 : near) : (near > 0 ? near - 1 : near);
        ptrdiff_t near_at = ((ptrdiff_t)near - origin / 2) * (ptrdiff_t)window->chroma_stride;
        ptrdiff_t far_at = ((ptrdiff_t)far - origin / 2) * (ptrdiff_t)window->chroma_stride;
        chroma_rows chroma = {window->u + near_at, window->v + near_at, window->u + far_at, window->v + far_at};
        uint8_t *to = rgb + (size_t)y * width * 3;
        convert_luma_row(window->luma + ((ptrdiff_t)y - origin) * (ptrdiff_t)window->luma_stride, &chroma, width, to,
                         state->scratch);
        if (alpha) blend_row(to, alpha + (size_t)y * width, width);
    }
}

/* Moves the last rows up, to where the next row of macroblocks looks for them. */
static void move_window(decoder_state *state) {
    const planes *window = &state->window;
    size_t luma = window->luma_stride, chroma = window->chroma_stride;
    memcpy(window->luma - KEPT_LUMA * luma, window->luma + (16 - KEPT_LUMA) * luma, KEPT_LUMA * luma - MARGIN);
    memcpy(window->u - KEPT_CHROMA * chroma, window->u + (8 - KEPT_CHROMA) * chroma, KEPT_CHROMA * chroma - MARGIN);
    memcpy(window->v - KEPT_CHROMA * chroma, window->v + (8 - KEPT_CHROMA) * chroma, KEPT_CHROMA * chroma - MARGIN);
}

decode_code decode_lossy(byte_span image, const uint8_t *alpha, uint8_t *rgb, refusal *why) {
    decoder_state *state = allocate(sizeof *state);
    if (!state) return refuse(why, DECODE_OUT_OF_MEMORY, "no memory for a WebP image");
    decode_code code = read_frame_header(image, &state->header, why);
    if (!code) code = allocate_rows(state, why);
    if (code) return code;
    vp8_header *header = &state->header;
    uint32_t written = 0;
    for (uint32_t row = 0; row < header->rows; row++) {
        decode_macroblock_row(state, row);
        if (header->modes.ended || header->tokens[row & (header->partition_count - 1)].ended)
            return refuse(why, DECODE_TRUNCATED, "a WebP image whose data end early");
        keep_last_row(state);
        filter_row(state, row);
        /* The filter of the next row changes three rows of chroma: those of six rows of luma, and of one more. */
        uint32_t end = row + 1 < header->rows ? 16 * (row + 1) - KEPT_LUMA : header->height;
        write_rows(state, 16 * row, written, end, alpha, rgb);
        written = end;
        move_window(state);
    }
    return DECODE_OK;
}
