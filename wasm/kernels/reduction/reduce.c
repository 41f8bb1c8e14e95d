/* reduce: out, x, kind, outer, length, inner. x, [outer, length, inner], to out, [outer, inner]: along the middle. FLOAT and
   DOUBLE are reduced in float64, integers in int64; BOOL only to MAX and MIN.
   Order of sums: up to LANES neighbours side by side; where inner is 1 they are parts of one sum, added pairwise at the end, else
   sums of their own. Each of them is four sums of every fourth row, added pairwise. */
#include "../elementwise/binary.h"
#include "../elementwise/elements.h"
#include "../kernels.h"
#include "../math/scalar.h"
#include "axis.h"

enum { OUT, X, KIND, AXIS, COUNT = AXIS + 3 };
enum { LANES = 16, SUMS = 4, ALL = SUMS * LANES };

static bool is_order(uint32_t kind) { return kind == REDUCE_MAX || kind == REDUCE_MIN; }

static bool takes_integers(uint32_t kind) {
    return kind <= REDUCE_L1 || kind == REDUCE_SUM_SQUARE;
}

program_code check_reduce(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (count != COUNT || o[KIND] >= REDUCE_COUNT) return PROGRAM_OPERAND;
    bool known = is_real(x->type) || (x->type == TYPE_BOOL ? is_order(o[KIND]) : takes_integers(o[KIND]));
    if (!known || out->type != x->type || x->type == TYPE_UINT64) return PROGRAM_TYPE;
    axis_layout a = read_axis(o + AXIS);
    cost->work = (uint64_t)x->elements * (o[KIND] == REDUCE_LOG_SUM_EXP ? 32 : 4) + (uint64_t)out->elements * ALL;
    return fits_axis(a, x) && fits_reduced(a, 1, out) ? PROGRAM_OK : PROGRAM_SHAPE;
}

/* Up to LANES neighbours of out: their sums, or what stands for sums, of either kind of number. */
typedef struct {
    const tensor *x;
    uint32_t kind, operation; /* reduce_kind and the binary_kind that joins elements */
    double reals[ALL], largest[LANES];
    int64_t integers[ALL];
} reduction;

static double map_real(uint32_t kind, double x, double largest) {
    switch (kind) {
        case REDUCE_L1: return absolute64(x);
        case REDUCE_L2:
        case REDUCE_SUM_SQUARE: return x * x;
        case REDUCE_LOG_SUM_EXP: return exp64(x - largest);
        default: return x;
    }
}

static int64_t map_integer(uint32_t kind, int64_t x) {
    if (kind == REDUCE_L1) return x < 0 ? (int64_t)(0 - (uint64_t)x) : x;
    return kind == REDUCE_SUM_SQUARE ? (int64_t)((uint64_t)x * (uint64_t)x) : x;
}

static double finish_real(uint32_t kind, double sum, uint32_t length, double largest) {
    switch (kind) {
        case REDUCE_MEAN: return sum / length;
        case REDUCE_L2: return __builtin_sqrt(sum);
        case REDUCE_LOG_SUM: return log64(sum);
        case REDUCE_LOG_SUM_EXP: return log64(sum) + largest;
        default: return sum;
    }
}

/* Sums begin with what changes nothing. */
static void start_sums(reduction *r, uint32_t kind) {
    r->kind = kind;
    r->operation = kind == REDUCE_MAX       ? BINARY_MAXIMUM
                   : kind == REDUCE_MIN     ? BINARY_MINIMUM
                   : kind == REDUCE_PRODUCT ? BINARY_MULTIPLY
                                            : BINARY_ADD;
    double real = kind == REDUCE_MAX ? -INFINITY64 : kind == REDUCE_MIN ? INFINITY64 : kind == REDUCE_PRODUCT;
    int64_t integer = kind == REDUCE_PRODUCT;
    if (is_order(kind)) {
        bool is_signed = r->x->type == TYPE_INT8 || r->x->type == TYPE_INT16 || r->x->type == TYPE_INT32 ||
                         r->x->type == TYPE_INT64;
        uint32_t bits = (uint32_t)get_element_size(r->x->type) * 8;
        int64_t largest = r->x->type == TYPE_BOOL ? 1 : (int64_t)(UINT64_MAX >> (64 - bits + is_signed));
        integer = kind == REDUCE_MIN ? largest : is_signed ? -largest - 1 : 0;
    }
    for (uint32_t i = 0; i < ALL; i++) {
        r->reals[i] = real;
        r->integers[i] = integer;
    }
}

/* Takes `lanes` neighbours into the sums of a row. */
static void add_row(reduction *r, uint32_t row, uint32_t at, uint32_t lanes) {
    uint32_t first = row % SUMS * LANES;
    if (is_real(r->x->type)) {
        double block[LANES];
        read_reals(r->x, at, 1, lanes, block);
        for (uint32_t i = 0; r->kind > REDUCE_PRODUCT && i < lanes; i++) {
            block[i] = map_real(r->kind, block[i], r->largest[i]);
        }
        compute_reals(r->operation, r->reals + first, block, lanes);
    } else {
        int64_t block[LANES];
        read_integers(r->x, at, 1, lanes, block);
        for (uint32_t i = 0; i < lanes; i++) block[i] = map_integer(r->kind, block[i]);
        compute_integers(r->operation, r->integers + first, block, lanes, false);
    }
}

/* All rows, and at the end the sums of every fourth row, and of neighbours that are parts of one. */
static void add_rows(reduction *r, uint32_t kind, uint32_t at, uint32_t lanes, axis_layout a) {
    start_sums(r, kind);
    bool is_one_sum = a.inner == 1;
    uint32_t step = is_one_sum ? LANES : a.inner, end = a.length * a.inner;
    for (uint32_t i = 0, row = 0; i < end; i += step, row++) {
        add_row(r, row, at + i, is_one_sum ? get_least(end - i, LANES) : lanes);
    }
    for (uint32_t half = ALL / 2; half >= (is_one_sum ? 1 : LANES); half /= 2) {
        compute_reals(r->operation, r->reals, r->reals + half, half);
        compute_integers(r->operation, r->integers, r->integers + half, half, false);
    }
}

/* The largest elements, where the sum is of powers less these. */
static void find_largest(reduction *r, uint32_t at, uint32_t lanes, axis_layout a) {
    add_rows(r, REDUCE_MAX, at, lanes, a);
    for (uint32_t i = 0; i < LANES; i++) {
        double largest = r->reals[a.inner == 1 ? 0 : i];
        /* Infinite ones would give the difference of two infinities. */
        r->largest[i] = absolute64(largest) < INFINITY64 ? largest : 0;
    }
}

program_code run_reduce(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]);
    uint32_t kind = o[KIND];
    axis_layout a = read_axis(o + AXIS);
    reduction r = {.x = get_value(p, o[X])};
    for (uint32_t to = 0, lanes; to < out->elements; to += lanes) {
        uint32_t at = to / a.inner * a.length * a.inner + to % a.inner;
        lanes = get_least(a.inner - to % a.inner, LANES);
        if (kind == REDUCE_LOG_SUM_EXP) find_largest(&r, at, lanes, a);
        add_rows(&r, kind, at, lanes, a);
        for (uint32_t n = 0; n < lanes; n++) {
            r.reals[n] = finish_real(kind, r.reals[n], a.length, r.largest[n]);
            if (kind == REDUCE_MEAN && a.length) r.integers[n] /= a.length;
        }
        if (is_real(out->type)) write_reals(out, to, lanes, r.reals);
        else write_integers(out, to, lanes, r.integers);
    }
    return PROGRAM_OK;
}
