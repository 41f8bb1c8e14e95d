/* for bands of rows: for groups: for 8 columns: for 4 windows (or the 4 of a pooled result): a tile.
   The terms of a window lie in runs: a whole row of the kernel where its pixels lie side by side, else one pixel each. */
#include "convolution.h"

#include "../kernels.h"
#include "../products/rows.h"
#include "../products/tiles.h"
#include "plan.h"

typedef struct {
    window_plan windows;
    uint32_t group_channels, group_columns, group_blocks; /* of x, of out, and these in eights */
    uint32_t terms;
    uint32_t run_count, run_length; /* before runs are cut to BLOCK_TERMS */
    bool whole_rows;
    uint64_t run_bytes;
} convolution_plan;

uint64_t count_packed_weights(const program *p, const uint32_t *operands) {
    window_numbers n = read_window(operands);
    uint64_t columns = get_value(p, operands[WINDOW_OUT])->dims[3] / n.groups;
    uint64_t channels = get_value(p, operands[WINDOW_X])->dims[3] / n.groups;
    uint64_t blocks = n.groups * ((columns + TILE_COLUMNS - 1) / TILE_COLUMNS);
    return multiply_sizes(multiply_sizes(blocks * TILE_COLUMNS, channels),
                          (uint64_t)n.kernel_height * n.kernel_width);
}

/* A kernel of one pixel that takes the map as it is. */
static bool is_product_of_rows(const window_plan *w) {
    const window_numbers *n = &w->numbers;
    return n->kernel_height == 1 && n->kernel_width == 1 && n->groups == 1 && n->stride_y == 1 && n->stride_x == 1 &&
           !n->pool && !w->map.copied && w->out_height == w->map.height && w->out_width == w->map.width;
}

/* The weights, whose number has been checked before, bound all products here. */
static bool plan_convolution(const program *p, const uint32_t *operands, const window_numbers *n,
                             convolution_plan *plan) {
    *plan = (convolution_plan){0};
    if (!plan_windows(p, operands, n, &plan->windows)) return false;
    plan->group_channels = plan->windows.map.channels / n->groups;
    plan->group_columns = plan->windows.out_channels / n->groups;
    plan->group_blocks = (plan->group_columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
    plan->terms = n->kernel_height * n->kernel_width * plan->group_channels;
    plan->whole_rows = n->groups == 1 && n->dilation_x == 1;
    plan->run_length = plan->group_channels * (plan->whole_rows ? n->kernel_width : 1);
    uint32_t cuts = (plan->run_length + BLOCK_TERMS - 1) / BLOCK_TERMS;
    plan->run_count = plan->terms / plan->run_length * cuts;
    plan->run_bytes = (uint64_t)plan->run_count * sizeof(term_run);
    return true;
}

program_code check_convolution(const program *p, const uint32_t *operands, const window_numbers *n,
                               instruction_cost *cost) {
    if (get_value(p, operands[WINDOW_WEIGHTS])->elements != count_packed_weights(p, operands)) return PROGRAM_SHAPE;
    convolution_plan plan;
    if (!plan_convolution(p, operands, n, &plan)) return PROGRAM_SHAPE;
    const window_plan *w = &plan.windows;
    uint64_t positions = (uint64_t)w->out_height * w->row_windows;
    cost->work = multiply_sizes(positions * w->out_channels, plan.terms);
    if (cost->work < UINT64_MAX - w->copied_floats) cost->work += w->copied_floats;
    cost->scratch_bytes = align_scratch(w->offset_bytes) + align_scratch(plan.run_bytes) + w->room_bytes;
    return PROGRAM_OK;
}

/* Runs of one group, from where a window of the group begins, and how many of them make a block. */
static void list_runs(const convolution_plan *plan, term_run *runs) {
    const window_numbers *n = &plan->windows.numbers;
    term_run *block = runs;
    uint32_t in_block = 0, across = plan->whole_rows ? 1 : n->kernel_width;
    for (uint32_t y = 0; y < n->kernel_height; y++) {
        for (uint32_t x = 0; x < across; x++) {
            uint32_t start = y * n->dilation_y * (uint32_t)plan->windows.map.row_floats +
                             x * n->dilation_x * plan->windows.map.channels;
            for (uint32_t at = 0; at < plan->run_length; at += BLOCK_TERMS, runs++) {
                uint32_t length = plan->run_length - at < BLOCK_TERMS ? plan->run_length - at : BLOCK_TERMS;
                *runs = (term_run){start + at, length, 0};
                if (in_block + length > BLOCK_TERMS) {
                    block = runs;
                    in_block = 0;
                }
                in_block += length;
                block->block++;
            }
        }
    }
}

static void multiply_pixels(const program *p, const uint32_t *o, const window_plan *w) {
    row_product product = {
        .x = w->map.x,
        .weights = get_floats(p, o[WINDOW_WEIGHTS]),
        .bias = get_floats(p, o[WINDOW_BIAS]),
        .residual = get_floats(p, o[WINDOW_RESIDUAL]),
        .out = p->values[o[WINDOW_OUT]].data,
        .rows = w->out_height * w->out_width,
        .terms = w->map.channels,
        .columns = w->out_channels,
        .activation = w->numbers.activation,
    };
    multiply_rows(&product);
}

static void convolve_band(const program *p, const uint32_t *o, const convolution_plan *plan, product_rows rows,
                          size_t first_result) {
    const float *bias = get_floats(p, o[WINDOW_BIAS]), *residual = get_floats(p, o[WINDOW_RESIDUAL]);
    const float *weights = get_floats(p, o[WINDOW_WEIGHTS]);
    const window_plan *w = &plan->windows;
    for (uint32_t group = 0; group < w->numbers.groups; group++) {
        uint32_t begin = group * plan->group_columns, end = begin + plan->group_columns;
        for (uint32_t first = begin; first < end; first += TILE_COLUMNS) {
            column_block block = begin_columns(bias, residual, p->values[o[WINDOW_OUT]].data, w->out_channels, first,
                                               end, w->numbers.activation);
            multiply_tiles(&rows, &block, weights, first_result);
            weights += (size_t)plan->terms * TILE_COLUMNS;
        }
        rows.x += plan->group_channels;
    }
}

void run_convolution(const program *p, const uint32_t *o, const window_numbers *n) {
    convolution_plan plan;
    plan_convolution(p, o, n, &plan);
    const window_plan *w = &plan.windows;
    if (is_product_of_rows(w)) {
        multiply_pixels(p, o, w);
        return;
    }
    uint32_t *offsets = (void *)p->scratch;
    term_run *runs = (void *)(p->scratch + align_scratch(w->offset_bytes));
    float *room = (void *)(p->scratch + align_scratch(w->offset_bytes) + align_scratch(plan.run_bytes));
    list_windows(w, offsets);
    list_runs(&plan, runs);
    float *out = p->values[o[WINDOW_OUT]].data;
    for (uint32_t row = 0; row < w->out_height; row += w->band_rows) {
        uint32_t rows = w->out_height - row < w->band_rows ? w->out_height - row : w->band_rows;
        const float *band = take_band(&w->map, find_band_start(w, row), count_band_height(w, rows), room);
        size_t first_result = (size_t)row * w->out_width;
        product_rows windows = {
            .x = band, .offsets = offsets, .rows = rows * w->row_windows, .runs = runs, .run_count = plan.run_count,
            .terms = plan.terms, .pooled = n->pool,
        };
        convolve_band(p, o, &plan, windows, first_result);
        finish_activation(n->activation, out + first_result * w->out_channels,
                          (size_t)rows * w->out_width * w->out_channels);
    }
}
