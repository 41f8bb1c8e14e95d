/* winograd: the operands and weights of conv, with a kernel of 3 x 3, strides, dilations and groups of 1.
   for bands of tiles (2 x 2 pixels of out): transform x; for 8 columns: transform weights; for 4 tiles: for 16 points: a
   tile of sums; transform them back. */
#include "../kernels.h"
#include "../products/epilogue.h"
#include "bands.h"
#include "convolution.h"
#include "plan.h"
#include "winograd_transforms.h"

/* What the transformed pixels of a band may take, if one row of tiles does not take more. */
enum { POINTS_BYTES = 819200 };
/* From the last of 4 tiles to the first of the next 4, in rows of channels. */
enum { POINT_STEP = (WINOGRAD_POINTS - 1) * TILE_ROWS + 1 };
#define MAX_SCRATCH ((uint64_t)1 << 28)

typedef struct {
    window_numbers numbers;
    padded_map map;
    uint32_t tiles_down, tiles_across, band_rows; /* rows of tiles in a band; fewer in the last one */
    uint32_t channels, row_floats, columns;       /* of x; rounded up to vectors; of out */
    uint64_t room_bytes, points_bytes, weight_bytes;
} winograd_plan;

static bool plan_winograd(const program *p, const uint32_t *o, winograd_plan *plan) {
    const tensor *out = get_value(p, o[WINDOW_OUT]), *x = get_value(p, o[WINDOW_X]);
    window_numbers n = read_window(o);
    uint32_t size = n.pool ? 1 : 2;
    *plan = (winograd_plan){
        .numbers = n,
        .tiles_down = (out->dims[1] + size - 1) / size,
        .tiles_across = (out->dims[2] + size - 1) / size,
        .channels = x->dims[3],
        .row_floats = (x->dims[3] + LANES - 1) / LANES * LANES,
        .columns = out->dims[3],
    };
    uint64_t rows = 2 * (uint64_t)plan->tiles_down + 2, columns = 2 * (uint64_t)plan->tiles_across + 2;
    uint64_t row_bytes = columns * plan->channels * sizeof(float);
    uint64_t tile_row = (uint64_t)plan->tiles_across * plan->row_floats * WINOGRAD_POINTS * sizeof(float);
    if (row_bytes > MAX_SCRATCH || tile_row > MAX_SCRATCH) return false;
    plan->map = describe_map(x, &n, rows, columns);
    uint64_t fitting = tile_row < POINTS_BYTES ? POINTS_BYTES / tile_row : 1;
    plan->band_rows = fitting < plan->tiles_down ? (uint32_t)fitting : plan->tiles_down;
    /* Whole groups of 4 tiles. */
    plan->points_bytes = plan->band_rows * tile_row + (TILE_ROWS - 1) * (tile_row / plan->tiles_across);
    plan->room_bytes = plan->map.copied ? (2 * (uint64_t)plan->band_rows + 2) * row_bytes : 0;
    plan->weight_bytes = (uint64_t)plan->channels * TILE_COLUMNS * WINOGRAD_POINTS * sizeof(float);
    return plan->room_bytes <= MAX_SCRATCH && plan->weight_bytes <= MAX_SCRATCH;
}

program_code check_winograd(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    program_code code = check_window(p, o, count);
    if (code) return code;
    window_numbers n = read_window(o);
    bool fits = n.kernel_height == 3 && n.kernel_width == 3 && n.stride_y == 1 && n.stride_x == 1 &&
                n.dilation_y == 1 && n.dilation_x == 1 && n.groups == 1;
    if (!fits || get_value(p, o[WINDOW_WEIGHTS])->elements != count_packed_weights(p, o)) return PROGRAM_SHAPE;
    winograd_plan plan;
    if (!plan_winograd(p, o, &plan)) return PROGRAM_SHAPE;
    /* Per tile: the products, and the transforms of its pixels. Per band: the transforms of the weights. */
    uint64_t tiles = (uint64_t)plan.tiles_down * plan.tiles_across;
    uint64_t bands = (plan.tiles_down + plan.band_rows - 1) / plan.band_rows;
    uint64_t passes = tiles * WINOGRAD_POINTS + 32 * bands + bands * (plan.room_bytes / sizeof(float)) / plan.channels;
    cost->work = multiply_sizes(passes * plan.channels, plan.columns + TILE_COLUMNS);
    cost->scratch_bytes = align_scratch(plan.points_bytes) + align_scratch(plan.weight_bytes) + plan.room_bytes;
    return PROGRAM_OK;
}

/* Transformed pixels: for 4 tiles after the other, [16 points, 4 tiles, channels]. */
static void transform_band(const winograd_plan *plan, const float *band, uint32_t rows, float *points) {
    uint32_t number = 0;
    for (uint32_t down = 0; down < rows; down++) {
        const float *from = band + 2 * down * plan->map.row_floats;
        for (uint32_t across = 0; across < plan->tiles_across; across++, number++) {
            transform_pixels(from, plan->map.row_floats, plan->channels, points, TILE_ROWS * plan->row_floats);
            from += 2 * plan->channels;
            points += plan->row_floats * (number % TILE_ROWS < TILE_ROWS - 1 ? 1 : POINT_STEP);
        }
    }
}

/* The 16 sums of 4 tiles and 8 columns. */
static void multiply_points(const float *points, size_t row_floats, uint32_t channels, const float *weights,
                            tile sums[WINOGRAD_POINTS]) {
    for (size_t point = 0; point < WINOGRAD_POINTS; point++, points += TILE_ROWS * row_floats) {
        const float *tiles[TILE_ROWS] = {points, points + row_floats, points + 2 * row_floats, points + 3 * row_floats};
        for (uint32_t at = 0; at < channels; at += BLOCK_TERMS) {
            uint32_t length = channels - at < BLOCK_TERMS ? channels - at : BLOCK_TERMS;
            tile t = make_zero_tile();
            weights = add_run(&t, tiles, at, length, weights);
            if (at == 0) {
                sums[point] = t;
                continue;
            }
            UNROLL
            for (size_t i = 0; i < TILE_VECTORS; i++) sums[point].of[i] = wasm_f32x4_add(sums[point].of[i], t.of[i]);
        }
    }
}

/* Writes the results of one tile, but for those outside the map. */
static void finish_winograd_tile(const column_block *block, const tensor *out, const window_numbers *n,
                                 const v128_t *sums, uint32_t down, uint32_t across) {
    size_t width = out->dims[2], pixel = 2 * down * width + 2 * across;
    tile pixels;
    transform_sums(sums, TILE_VECTORS, block->bias[0], pixels.of);
    transform_sums(sums + 1, TILE_VECTORS, block->bias[1], pixels.of + 1);
    if (n->pool) {
        finish_pooled(block, &pixels, down * width + across);
        return;
    }
    size_t count = 2 * across + 1 < width ? 2 : 1;
    finish_rows(block, pixels.of, pixel, count);
    if (2 * down + 1 < out->dims[1]) finish_rows(block, pixels.of + LANES, pixel + width, count);
}

/* 8 columns of a band of tiles. */
static void convolve_tiles(const winograd_plan *plan, const tensor *out, const column_block *block,
                           const float *points, const float *weights, uint32_t first_row, uint32_t rows) {
    uint32_t tiles = rows * plan->tiles_across, down = first_row, across = 0;
    size_t group_floats = (size_t)WINOGRAD_POINTS * TILE_ROWS * plan->row_floats;
    for (uint32_t at = 0; at < tiles; at += TILE_ROWS, points += group_floats) {
        uint32_t count = tiles - at < TILE_ROWS ? tiles - at : TILE_ROWS;
        tile sums[WINOGRAD_POINTS];
        multiply_points(points, plan->row_floats, plan->channels, weights, sums);
        for (uint32_t i = 0; i < count; i++) {
            finish_winograd_tile(block, out, &plan->numbers, sums->of + 2 * i, down, across);
            if (++across == plan->tiles_across) {
                across = 0;
                down++;
            }
        }
    }
}

program_code run_winograd(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    winograd_plan plan;
    plan_winograd(p, o, &plan);
    const tensor *out = get_value(p, o[WINDOW_OUT]);
    const float *weights = get_floats(p, o[WINDOW_WEIGHTS]);
    float *points = (void *)p->scratch;
    float *transformed = (void *)(p->scratch + align_scratch(plan.points_bytes));
    float *room = (void *)(p->scratch + align_scratch(plan.points_bytes) + align_scratch(plan.weight_bytes));
    for (uint32_t row = 0; row < plan.tiles_down; row += plan.band_rows) {
        uint32_t rows = plan.tiles_down - row < plan.band_rows ? plan.tiles_down - row : plan.band_rows;
        transform_band(&plan, take_band(&plan.map, 2 * row, 2 * rows + 2, room), rows, points);
        for (uint32_t first = 0; first < plan.columns; first += TILE_COLUMNS) {
            column_block block = begin_columns(get_floats(p, o[WINDOW_BIAS]), get_floats(p, o[WINDOW_RESIDUAL]),
                                               out->data, plan.columns, first, plan.columns, plan.numbers.activation);
            transform_weights(weights + (size_t)9 * plan.channels * first, plan.channels, transformed);
            convolve_tiles(&plan, out, &block, points, transformed, row, rows);
        }
    }
    finish_activation(plan.numbers.activation, out->data, out->elements);
    return PROGRAM_OK;
}
