/* resize: out, x, rows, row weights, columns, column weights. A feature map x, float32 [1, height, width, channels], to out
   [1, new height, new width, channels]; rows INT32 [new height, taps] and columns INT32 [new width, taps] say which pixels
   enter, and their weights, float32 of the same shapes, by how much. All four are constants. */
#include "../kernels.h"
#include "../lanes.h"

enum { OUT, X, ROWS, ROW_WEIGHTS, COLUMNS, COLUMN_WEIGHTS, COUNT };

/* The taps of one axis: indices within the axis, as many for every place. */
static program_code check_taps(const tensor *indices, const tensor *weights, uint32_t places, uint32_t size) {
    if (indices->type != TYPE_INT32 || weights->type != TYPE_FLOAT) return PROGRAM_TYPE;
    if (indices->storage != STORAGE_CONSTANT || weights->storage != STORAGE_CONSTANT) return PROGRAM_TYPE;
    if (indices->elements == 0 || indices->elements % places || weights->elements != indices->elements) {
        return PROGRAM_SHAPE;
    }
    const int32_t *index = indices->data;
    for (uint32_t i = 0; i < indices->elements; i++) {
        if (index[i] < 0 || (uint32_t)index[i] >= size) return PROGRAM_BOUNDS;
    }
    return PROGRAM_OK;
}

program_code check_resize(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (count != COUNT) return PROGRAM_OPERAND;
    if (out->type != TYPE_FLOAT || x->type != TYPE_FLOAT) return PROGRAM_TYPE;
    bool fit = out->rank == 4 && x->rank == 4 && out->dims[0] == 1 && x->dims[0] == 1 && out->elements && x->elements &&
               out->dims[3] == x->dims[3];
    if (!fit) return PROGRAM_SHAPE;
    const tensor *rows = get_value(p, o[ROWS]), *columns = get_value(p, o[COLUMNS]);
    program_code code = check_taps(rows, get_value(p, o[ROW_WEIGHTS]), out->dims[1], x->dims[1]);
    if (!code) code = check_taps(columns, get_value(p, o[COLUMN_WEIGHTS]), out->dims[2], x->dims[2]);
    if (code) return code;
    uint64_t pixel = x->dims[3], row = x->dims[2] * pixel;
    cost->work = multiply_sizes(rows->elements, row) +
                 multiply_sizes(out->dims[1], multiply_sizes(columns->elements, pixel));
    cost->scratch_bytes = row * sizeof(float);
    return PROGRAM_OK;
}

/* The sum of pieces of `count` floats, `step` apart, by their weights. */
static void mix(const float *from, size_t step, const int32_t *indices, const float *weights, uint32_t taps, size_t count,
                float *to) {
    for (size_t i = 0; i < count; i += LANES) {
        size_t rest = count - i;
        v128_t sum = wasm_f32x4_mul(load_lanes(from + (size_t)indices[0] * step + i, rest), wasm_f32x4_splat(weights[0]));
        for (uint32_t tap = 1; tap < taps; tap++) {
            v128_t pixels = load_lanes(from + (size_t)indices[tap] * step + i, rest);
            sum = add_product(sum, pixels, wasm_f32x4_splat(weights[tap]));
        }
        store_lanes(to + i, sum, rest);
    }
}

program_code run_resize(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    const tensor *rows = get_value(p, o[ROWS]), *columns = get_value(p, o[COLUMNS]);
    const float *row_weights = get_floats(p, o[ROW_WEIGHTS]), *column_weights = get_floats(p, o[COLUMN_WEIGHTS]);
    const int32_t *row_indices = rows->data;
    uint32_t down = rows->elements / out->dims[1], across = columns->elements / out->dims[2];
    size_t pixel = x->dims[3], row_floats = x->dims[2] * pixel;
    float *row = (void *)p->scratch, *to = out->data;
    for (uint32_t y = 0; y < out->dims[1]; y++, row_indices += down, row_weights += down) {
        mix(x->data, row_floats, row_indices, row_weights, down, row_floats, row);
        for (uint32_t i = 0; i < out->dims[2]; i++, to += pixel) {
            const int32_t *taps = (const int32_t *)columns->data + (size_t)i * across;
            mix(row, pixel, taps, column_weights + (size_t)i * across, across, pixel, to);
        }
    }
    return PROGRAM_OK;
}
