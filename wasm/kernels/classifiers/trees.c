/* trees: out, x, thresholds, features, after, roots, starts, targets, values, base.
   Sums of the leaves that x reaches: out DOUBLE [K] = base DOUBLE [K] + the entries of one leaf of each tree, tree by tree.
   x FLOAT [D]; thresholds FLOAT, features INT32 and after INT32 have a number for each node. A node of `after` above itself
   has children: the next node where x[feature] <= threshold, else `after`. Others are leaves, with the complement of their
   number; leaf i has the entries from starts[i] to starts[i + 1], INT32: values FLOAT or DOUBLE, added to sum targets UINT16.
   roots INT32. All tables are constants. */
#include "../kernels.h"

enum { OUT, X, THRESHOLDS, FEATURES, AFTER, ROOTS, STARTS, TARGETS, VALUES, BASE, COUNT };

static const element_type TABLE_TYPES[COUNT] = {
    [OUT] = TYPE_DOUBLE,    [X] = TYPE_FLOAT,     [THRESHOLDS] = TYPE_FLOAT, [FEATURES] = TYPE_INT32,
    [AFTER] = TYPE_INT32,   [ROOTS] = TYPE_INT32, [STARTS] = TYPE_INT32,     [TARGETS] = TYPE_UINT16,
    [VALUES] = TYPE_DOUBLE, [BASE] = TYPE_DOUBLE,
};

static program_code check_types(const program *p, const uint32_t *o) {
    for (uint32_t i = 0; i < COUNT; i++) {
        const tensor *value = get_value(p, o[i]);
        if (value->type != TABLE_TYPES[i] && !(i == VALUES && value->type == TYPE_FLOAT)) return PROGRAM_TYPE;
        if (i > X && value->storage != STORAGE_CONSTANT) return PROGRAM_TYPE;
    }
    return PROGRAM_OK;
}

/* Every step leads to a later node, so that each way ends at a leaf. */
static bool are_nodes_sound(const int32_t *features, const int32_t *after, uint32_t nodes, uint32_t columns,
                            uint32_t leaves) {
    for (uint32_t i = 0; i < nodes; i++) {
        bool is_leaf = after[i] < 0;
        if (is_leaf && ~(uint32_t)after[i] >= leaves) return false;
        if (is_leaf) continue;
        if ((uint32_t)after[i] <= i || (uint32_t)after[i] >= nodes) return false;
        if (features[i] < 0 || (uint32_t)features[i] >= columns) return false;
    }
    return true;
}

program_code check_trees(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    if (count != COUNT) return PROGRAM_OPERAND;
    program_code code = check_types(p, o);
    if (code) return code;
    const tensor *after = get_value(p, o[AFTER]), *roots = get_value(p, o[ROOTS]), *starts = get_value(p, o[STARTS]);
    const tensor *targets = get_value(p, o[TARGETS]), *out = get_value(p, o[OUT]);
    uint32_t nodes = after->elements, entries = targets->elements;
    if (get_value(p, o[THRESHOLDS])->elements != nodes || get_value(p, o[FEATURES])->elements != nodes) {
        return PROGRAM_SHAPE;
    }
    if (get_value(p, o[VALUES])->elements != entries || get_value(p, o[BASE])->elements != out->elements) {
        return PROGRAM_SHAPE;
    }
    if (starts->elements == 0) return PROGRAM_SHAPE;
    uint32_t columns = get_value(p, o[X])->elements, leaves = starts->elements - 1;
    if (!are_nodes_sound(get_value(p, o[FEATURES])->data, after->data, nodes, columns, leaves)) return PROGRAM_BOUNDS;
    const int32_t *root = roots->data, *start = starts->data;
    const uint16_t *target = targets->data;
    for (uint32_t i = 0; i < roots->elements; i++) {
        if (root[i] < 0 || (uint32_t)root[i] >= nodes) return PROGRAM_BOUNDS;
    }
    for (uint32_t i = 0; i < starts->elements; i++) {
        if (start[i] < (i ? start[i - 1] : 0) || (uint32_t)start[i] > entries) return PROGRAM_BOUNDS;
    }
    for (uint32_t i = 0; i < entries; i++) {
        if (target[i] >= out->elements) return PROGRAM_BOUNDS;
    }
    cost->work = multiply_sizes(roots->elements, (uint64_t)nodes + entries);
    return PROGRAM_OK;
}

program_code run_trees(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]), *roots = get_value(p, o[ROOTS]), *values = get_value(p, o[VALUES]);
    const float *x = get_value(p, o[X])->data, *thresholds = get_value(p, o[THRESHOLDS])->data;
    const int32_t *features = get_value(p, o[FEATURES])->data, *after = get_value(p, o[AFTER])->data;
    const int32_t *root = roots->data, *starts = get_value(p, o[STARTS])->data;
    const uint16_t *targets = get_value(p, o[TARGETS])->data;
    const float *narrow = values->data;
    const double *wide = values->data;
    double *sums = out->data;
    memcpy(sums, get_value(p, o[BASE])->data, out->elements * sizeof *sums);
    for (uint32_t t = 0; t < roots->elements; t++) {
        int32_t node = root[t];
        while (after[node] >= 0) node = x[features[node]] <= thresholds[node] ? node + 1 : after[node];
        int32_t leaf = ~after[node];
        for (int32_t i = starts[leaf]; i < starts[leaf + 1]; i++) {
            sums[targets[i]] += values->type == TYPE_FLOAT ? (double)narrow[i] : wide[i];
        }
    }
    return PROGRAM_OK;
}
