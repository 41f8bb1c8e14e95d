/* copy: out, x, rank, dims[rank], strides of x[rank], strides of out[rank], offset in x, offset in out.
   Elements of x, at steps that may be 0 or negative, to elements of out; strides and offsets count elements. Slices,
   transposes, concatenations, tiles and expansions are copies; so is padding after a fill. Where out lies in x's place,
   the walk passes over all elements in order: another shape, which costs nothing. */
#include "kernels.h"

enum { OUT, X, RANK, DIMS };

typedef struct {
    uint32_t rank;
    const uint32_t *dims;
    const int32_t *x_strides, *out_strides;
    uint32_t x_offset, out_offset;
} copy_layout;

static copy_layout read_layout(const uint32_t *o) {
    uint32_t rank = o[RANK];
    const uint32_t *dims = o + DIMS;
    return (copy_layout){rank, dims, (const void *)(dims + rank), (const void *)(dims + 2 * rank), dims[3 * rank],
                         dims[3 * rank + 1]};
}

/* Whether first and last element of a walk lie in a tensor. */
static bool stays_inside(uint32_t offset, uint32_t rank, const uint32_t *dims, const int32_t *strides,
                         uint32_t elements) {
    int64_t low = offset, high = offset;
    for (uint32_t i = 0; i < rank; i++) {
        int64_t reach = (int64_t)strides[i] * (int64_t)(dims[i] - 1);
        if (reach > INT32_MAX || reach < -INT32_MAX) return false;
        if (reach < 0) low += reach;
        else high += reach;
    }
    return low >= 0 && high < (int64_t)elements;
}

/* Whether each element is copied to its own place, from the first to the last. */
static bool is_whole(const copy_layout *c, uint32_t elements) {
    uint32_t step = 1;
    for (uint32_t i = c->rank; i-- > 0; step *= c->dims[i]) {
        bool in_order = c->x_strides[i] == (int32_t)step && c->out_strides[i] == (int32_t)step;
        if (c->dims[i] != 1 && !in_order) return false;
    }
    return step == elements && c->x_offset == 0 && c->out_offset == 0;
}

program_code check_copy(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (o[RANK] > MAX_RANK || count != DIMS + 3 * o[RANK] + 2) return PROGRAM_OPERAND;
    if (out->type != x->type) return PROGRAM_TYPE;
    copy_layout c = read_layout(o);
    uint64_t elements = 1;
    for (uint32_t i = 0; i < c.rank; i++) {
        elements *= c.dims[i];
        if (elements > UINT32_MAX) return PROGRAM_SHAPE;
    }
    cost->work = elements;
    if (elements == 0) return PROGRAM_OK;
    bool inside = stays_inside(c.x_offset, c.rank, c.dims, c.x_strides, x->elements) &&
                  stays_inside(c.out_offset, c.rank, c.dims, c.out_strides, out->elements);
    if (!inside) return PROGRAM_BOUNDS;
    return out->data == x->data && !is_whole(&c, x->elements) ? PROGRAM_OVERLAP : PROGRAM_OK;
}

/* One row of elements of `width` bytes. */
static void copy_row(uint8_t *to, int32_t to_stride, const uint8_t *from, int32_t from_stride, uint32_t length,
                     size_t width) {
    if (to_stride == 1 && from_stride == 1) {
        memmove(to, from, length * width);
        return;
    }
    for (uint32_t i = 0; i < length; i++) {
        memmove(to + (ptrdiff_t)width * to_stride * (ptrdiff_t)i, from + (ptrdiff_t)width * from_stride * (ptrdiff_t)i,
                width);
    }
}

program_code run_copy(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    copy_layout c = read_layout(o);
    size_t width = get_element_size(x->type);
    if (out->data == x->data) return PROGRAM_OK;
    for (uint32_t i = 0; i < c.rank; i++) {
        if (c.dims[i] == 0) return PROGRAM_OK;
    }
    uint32_t at[MAX_RANK] = {0};
    int64_t from = c.x_offset, to = c.out_offset;
    uint32_t inner = c.rank ? c.rank - 1 : 0;
    for (;;) {
        uint8_t *target = (uint8_t *)out->data + (size_t)to * width;
        const uint8_t *source = (const uint8_t *)x->data + (size_t)from * width;
        if (c.rank == 0) memmove(target, source, width);
        else copy_row(target, c.out_strides[inner], source, c.x_strides[inner], c.dims[inner], width);
        uint32_t i = inner;
        for (;;) {
            if (i-- == 0) return PROGRAM_OK;
            from += c.x_strides[i];
            to += c.out_strides[i];
            if (++at[i] < c.dims[i]) break;
            from -= (int64_t)c.x_strides[i] * c.dims[i];
            to -= (int64_t)c.out_strides[i] * c.dims[i];
            at[i] = 0;
        }
    }
}
