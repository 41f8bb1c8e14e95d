/* reduce: out, x, kind, outer, length, inner. x, [outer, length, inner], to out, [outer, inner]: along the middle. FLOAT and
   DOUBLE are reduced in float64, integers in int64; BOOL only to MAX and MIN.
   Order of sums: up to LANES neighbours side by side; where inner is 1 they are parts of one sum, added pairwise at the end, else
   sums of their own. Each of them is four sums of every fourth row, added pairwise. */
#include "../elementwise/elements.h"
#include "../kernels.h"
#include "../math/scalar.h"
#include "axis.h"

enum { OUT, X, KIND, AXIS, COUNT = AXIS + 3 };
enum { LANES = 16, SUMS = 4 };

static bool is_order(uint32_t kind) { return kind == REDUCE_MAX || kind == REDUCE_MIN; }

static bool takes_integers(uint32_t kind) {
    return is_order(kind) || kind == REDUCE_SUM || kind == REDUCE_PRODUCT || kind == REDUCE_L1 ||
           kind == REDUCE_SUM_SQUARE || kind == REDUCE_MEAN;
}

program_code check_reduce(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    if (count != COUNT || o[KIND] >= REDUCE_COUNT) return PROGRAM_OPERAND;
    bool known = is_real(x->type) || (x->type == TYPE_BOOL ? is_order(o[KIND]) : takes_integers(o[KIND]));
    if (!known || out->type != x->type || x->type == TYPE_UINT64) return PROGRAM_TYPE;
    axis_layout a = read_axis(o + AXIS);
    cost->work = (uint64_t)x->elements * (o[KIND] == REDUCE_LOG_SUM_EXP ? 32 : 2) + out->elements;
    return fits_axis(a, x) && fits_reduced(a, 1, out) ? PROGRAM_OK : PROGRAM_SHAPE;
}

static double add_real(uint32_t kind, double sum, double x) {
    switch (kind) {
        case REDUCE_MAX: return x > sum || x != x ? x : sum;
        case REDUCE_MIN: return x < sum || x != x ? x : sum;
        case REDUCE_PRODUCT: return sum * x;
        default: return sum + x;
    }
}

static int64_t add_integer(uint32_t kind, int64_t sum, int64_t x) {
    switch (kind) {
        case REDUCE_MAX: return x > sum ? x : sum;
        case REDUCE_MIN: return x < sum ? x : sum;
        case REDUCE_PRODUCT: return (int64_t)((uint64_t)sum * (uint64_t)x);
        default: return (int64_t)((uint64_t)sum + (uint64_t)x);
    }
}

/* What is added of an element; `largest` is that of its group. */
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

/* Elements of a group of neighbours: `rows` times `lanes`, a step from row to row. */
typedef struct {
    const tensor *x;
    uint32_t at, lanes, rows, step;
} row_group;

static void reduce_reals(uint32_t kind, const row_group *g, const double *largest, double sums[SUMS][LANES]) {
    for (uint32_t row = 0; row < g->rows; row++) {
        double block[LANES], *sum = sums[row % SUMS];
        read_reals(g->x, g->at + row * g->step, 1, g->lanes, block);
        for (uint32_t i = 0; i < g->lanes; i++) sum[i] = add_real(kind, sum[i], map_real(kind, block[i], largest[i]));
    }
}

static void reduce_integers(uint32_t kind, const row_group *g, int64_t sums[SUMS][LANES]) {
    for (uint32_t row = 0; row < g->rows; row++) {
        int64_t block[LANES], *sum = sums[row % SUMS];
        read_integers(g->x, g->at + row * g->step, 1, g->lanes, block);
        for (uint32_t i = 0; i < g->lanes; i++) sum[i] = add_integer(kind, sum[i], map_integer(kind, block[i]));
    }
}

/* One or more neighbours of out, and the rows that they are made of. */
typedef struct {
    uint32_t kind, length;
    double reals[SUMS][LANES], largest[LANES];
    int64_t integers[SUMS][LANES];
} reduction;

/* What a sum begins with: what changes nothing. */
static void start_sums(reduction *r, const tensor *x) {
    double real = r->kind == REDUCE_MAX ? -INFINITY64 : r->kind == REDUCE_MIN ? INFINITY64 : r->kind == REDUCE_PRODUCT;
    int64_t integer = r->kind == REDUCE_PRODUCT;
    if (is_order(r->kind)) {
        uint32_t bits = (uint32_t)get_element_size(x->type) * 8;
        bool is_signed = x->type == TYPE_INT8 || x->type == TYPE_INT16 || x->type == TYPE_INT32 || x->type == TYPE_INT64;
        int64_t largest = x->type == TYPE_BOOL ? 1 : (int64_t)(UINT64_MAX >> (64 - bits + is_signed));
        integer = r->kind == REDUCE_MIN ? largest : is_signed ? -largest - 1 : 0;
    }
    for (uint32_t s = 0; s < SUMS; s++) {
        for (uint32_t i = 0; i < LANES; i++) {
            r->reals[s][i] = real;
            r->integers[s][i] = integer;
        }
    }
}

/* Makes the sums of every fourth row, and of `lanes` neighbours if these are one sum, to those at [0][0] and after it. */
static void join_sums(reduction *r, bool is_one_sum) {
    for (uint32_t s = SUMS / 2; s > 0; s /= 2) {
        for (uint32_t n = 0; n < s; n++) {
            for (uint32_t i = 0; i < LANES; i++) {
                r->reals[n][i] = add_real(r->kind, r->reals[n][i], r->reals[n + s][i]);
                r->integers[n][i] = add_integer(r->kind, r->integers[n][i], r->integers[n + s][i]);
            }
        }
    }
    for (uint32_t half = is_one_sum ? LANES / 2 : 0; half > 0; half /= 2) {
        for (uint32_t i = 0; i < half; i++) {
            r->reals[0][i] = add_real(r->kind, r->reals[0][i], r->reals[0][i + half]);
            r->integers[0][i] = add_integer(r->kind, r->integers[0][i], r->integers[0][i + half]);
        }
    }
}

/* Adds `count` neighbours of each row. A single sum has its rest behind the last whole row. */
static void add_rows(reduction *r, const tensor *x, uint32_t at, uint32_t count, uint32_t inner) {
    bool is_one_sum = inner == 1;
    row_group rows = {x, at, is_one_sum ? LANES : count, is_one_sum ? r->length / LANES : r->length,
                      is_one_sum ? LANES : inner};
    row_group rest = {x, at + r->length / LANES * LANES, is_one_sum ? r->length % LANES : 0, 1, 0};
    start_sums(r, x);
    if (is_real(x->type)) {
        reduce_reals(r->kind, &rows, r->largest, r->reals);
        reduce_reals(r->kind, &rest, r->largest, r->reals);
    } else {
        reduce_integers(r->kind, &rows, r->integers);
        reduce_integers(r->kind, &rest, r->integers);
    }
    join_sums(r, is_one_sum);
}

/* The largest elements first, where the sum is of powers less these. */
static void find_largest(reduction *r, const tensor *x, uint32_t at, uint32_t count, uint32_t inner) {
    r->kind = REDUCE_MAX;
    add_rows(r, x, at, count, inner);
    r->kind = REDUCE_LOG_SUM_EXP;
    for (uint32_t i = 0; i < LANES; i++) {
        double largest = r->reals[0][inner == 1 ? 0 : i];
        /* Infinite ones would give the difference of two infinities. */
        r->largest[i] = absolute64(largest) < INFINITY64 ? largest : 0;
    }
}

program_code run_reduce(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *x = get_value(p, o[X]);
    axis_layout a = read_axis(o + AXIS);
    reduction r = {.kind = o[KIND], .length = a.length};
    for (uint32_t outer = 0; out->elements && outer < a.outer; outer++) {
        for (uint32_t i = 0; i < a.inner; i += LANES) {
            uint32_t size = get_least(a.inner - i, LANES), at = outer * a.length * a.inner + i;
            if (r.kind == REDUCE_LOG_SUM_EXP) find_largest(&r, x, at, size, a.inner);
            add_rows(&r, x, at, size, a.inner);
            for (uint32_t n = 0; n < size; n++) {
                r.reals[0][n] = finish_real(r.kind, r.reals[0][n], a.length, r.largest[n]);
                if (r.kind == REDUCE_MEAN && a.length) r.integers[0][n] /= a.length;
            }
            if (is_real(x->type)) write_reals(out, outer * a.inner + i, size, r.reals[0]);
            else write_integers(out, outer * a.inner + i, size, r.integers[0]);
        }
    }
    return PROGRAM_OK;
}
