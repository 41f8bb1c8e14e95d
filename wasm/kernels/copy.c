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

/* A walk with axes that lie together joined, and those of one element left out; the last axis is that of rows. */
typedef struct {
    uint32_t rank, dims[MAX_RANK];
    int32_t x_strides[MAX_RANK], out_strides[MAX_RANK];
} copy_walk;

static void add_axis(copy_walk *w, uint32_t dim, int32_t x_stride, int32_t out_stride) {
    uint32_t last = w->rank - 1;
    bool joined = w->rank > 0 && w->x_strides[last] == (int64_t)x_stride * dim &&
                  w->out_strides[last] == (int64_t)out_stride * dim;
    if (!joined) last = w->rank++;
    w->dims[last] = joined ? w->dims[last] * dim : dim;
    w->x_strides[last] = x_stride;
    w->out_strides[last] = out_stride;
}

#define SWAP(type, a, b) \
    {                    \
        type kept = a;   \
        a = b;           \
        b = kept;        \
    }

static copy_walk plan_walk(const copy_layout *c) {
    copy_walk w = {0};
    for (uint32_t i = 0; i < c->rank; i++) {
        if (c->dims[i] != 1) add_axis(&w, c->dims[i], c->x_strides[i], c->out_strides[i]);
    }
    if (w.rank == 0) add_axis(&w, 1, 1, 1);
    uint32_t last = w.rank - 1;
    /* Long rows cost less: pixels of three planes, not three planes of each pixel. */
    if (last > 0 && w.dims[last] < 8 && w.dims[last] < w.dims[last - 1]) {
        SWAP(uint32_t, w.dims[last], w.dims[last - 1])
        SWAP(int32_t, w.x_strides[last], w.x_strides[last - 1])
        SWAP(int32_t, w.out_strides[last], w.out_strides[last - 1])
    }
    return w;
}

/* A row of elements of a size that the compiler knows, or not: then slower. */
#define COPY(size)                                                                        \
    for (uint32_t i = 0; i < length; i++, to += to_step, from += from_step) memmove(to, from, size);

/* One row of elements of `width` bytes. */
static void copy_row(uint8_t *to, int32_t to_stride, const uint8_t *from, int32_t from_stride, uint32_t length,
                     size_t width) {
    ptrdiff_t to_step = (ptrdiff_t)width * to_stride, from_step = (ptrdiff_t)width * from_stride;
    /* The instruction memory.copy costs more than it saves below some hundred bytes. */
    if (to_stride == 1 && from_stride == 1 && length * width >= 128) memmove(to, from, length * width);
    else if (width == 4) COPY(4)
    else if (width == 8) COPY(8)
    else COPY(width)
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
    copy_walk w = plan_walk(&c);
    uint32_t at[MAX_RANK] = {0}, inner = w.rank - 1;
    int64_t from = c.x_offset, to = c.out_offset;
    for (;;) {
        copy_row((uint8_t *)out->data + (size_t)to * width, w.out_strides[inner],
                 (const uint8_t *)x->data + (size_t)from * width, w.x_strides[inner], w.dims[inner], width);
        uint32_t i = inner;
        for (;;) {
            if (i-- == 0) return PROGRAM_OK;
            from += w.x_strides[i];
            to += w.out_strides[i];
            if (++at[i] < w.dims[i]) break;
            from -= (int64_t)w.x_strides[i] * w.dims[i];
            to -= (int64_t)w.out_strides[i] * w.dims[i];
            at[i] = 0;
        }
    }
}
