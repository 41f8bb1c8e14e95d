#include "plan.h"

/* A band and its results fit into the nearer caches. */
enum { BAND_BYTES = 131072 };
#define MAX_SCRATCH ((uint64_t)1 << 28)

static uint32_t choose_band_rows(const window_plan *plan, uint64_t row_bytes) {
    const window_numbers *n = &plan->numbers;
    uint64_t bytes = row_bytes * (1 + n->pool) * n->stride_y +
                     (uint64_t)plan->out_width * plan->out_channels * sizeof(float);
    uint64_t rows = bytes < BAND_BYTES ? BAND_BYTES / bytes : 1;
    if (rows >= plan->out_height) return plan->out_height;
    /* Tiles are of four windows: a band of whole tiles leaves no rest. */
    uint32_t multiple = n->pool || plan->out_width % 4 == 0 ? 1 : plan->out_width % 2 == 0 ? 2 : 4;
    if (rows > multiple) rows -= rows % multiple;
    return (uint32_t)rows;
}

bool plan_windows(const program *p, const uint32_t *operands, const window_numbers *n, window_plan *plan) {
    const tensor *out = get_value(p, operands[WINDOW_OUT]), *x = get_value(p, operands[WINDOW_X]);
    uint32_t step = 1 + n->pool;
    *plan = (window_plan){
        .numbers = *n, .out_height = out->dims[1], .out_width = out->dims[2], .out_channels = out->dims[3],
    };
    plan->row_windows = plan->out_width * step * step;
    uint64_t rows = ((uint64_t)plan->out_height * step - 1) * n->stride_y +
                    (uint64_t)(n->kernel_height - 1) * n->dilation_y + 1;
    uint64_t columns = ((uint64_t)plan->out_width * step - 1) * n->stride_x +
                       (uint64_t)(n->kernel_width - 1) * n->dilation_x + 1;
    uint64_t row_bytes = (columns > x->dims[2] ? columns : x->dims[2]) * x->dims[3] * sizeof(float);
    if (rows > INT32_MAX || columns > INT32_MAX || row_bytes > MAX_SCRATCH) return false;
    plan->map = describe_map(x, n, rows, columns);
    plan->band_rows = choose_band_rows(plan, row_bytes);
    plan->offset_bytes = (uint64_t)plan->band_rows * plan->row_windows * sizeof(uint32_t);
    if (plan->map.copied) plan->room_bytes = count_band_height(plan, plan->band_rows) * row_bytes;
    uint64_t bands = (plan->out_height + plan->band_rows - 1) / plan->band_rows;
    plan->copied_floats = bands * (plan->room_bytes / sizeof(float));
    return plan->offset_bytes <= MAX_SCRATCH && plan->room_bytes <= MAX_SCRATCH;
}

void list_windows(const window_plan *plan, uint32_t *offsets) {
    uint32_t right = plan->numbers.stride_x * plan->map.channels;
    uint32_t down = plan->numbers.stride_y * (uint32_t)plan->map.row_floats;
    for (uint32_t row = 0; row < plan->band_rows; row++) {
        uint32_t at = find_band_start(plan, row) * (uint32_t)plan->map.row_floats;
        for (uint32_t column = 0; column < plan->out_width; column++) {
            *offsets++ = at;
            if (plan->numbers.pool) {
                *offsets++ = at + right;
                *offsets++ = at + down;
                *offsets++ = at + down + right;
                at += right;
            }
            at += right;
        }
    }
}
