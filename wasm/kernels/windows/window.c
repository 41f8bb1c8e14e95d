#include "window.h"

/* Sides, strides and dilations beyond any image classifier's; products of two stay below 2^32, of four below 2^64. */
#define MAX_NUMBER ((uint32_t)1 << 15)

window_numbers read_window(const uint32_t *operands) {
    const uint32_t *n = operands + WINDOW_NUMBERS;
    return (window_numbers){
        .kernel_height = n[0], .kernel_width = n[1], .stride_y = n[2], .stride_x = n[3], .dilation_y = n[4],
        .dilation_x = n[5], .top = (int32_t)n[6], .left = (int32_t)n[7], .groups = n[8],
        .activation = read_activation(operands + WINDOW_ACTIVATION), .pool = n[12], .spread_y = 1, .spread_x = 1,
    };
}

static bool is_map(const tensor *t) {
    return t->rank == 4 && t->dims[0] == 1 && t->elements > 0 && t->dims[1] <= MAX_NUMBER && t->dims[2] <= MAX_NUMBER;
}

static bool is_in_range(int32_t padding) { return padding >= -(int32_t)MAX_NUMBER && padding <= (int32_t)MAX_NUMBER; }

static program_code check_numbers(const window_numbers *n) {
    const uint32_t positive[] = {n->kernel_height, n->kernel_width, n->stride_y, n->stride_x, n->dilation_y,
                                 n->dilation_x, n->groups};
    for (size_t i = 0; i < sizeof positive / sizeof *positive; i++) {
        if (positive[i] == 0 || positive[i] > MAX_NUMBER) return PROGRAM_SHAPE;
    }
    if (!is_in_range(n->top) || !is_in_range(n->left) || n->pool > 1) return PROGRAM_SHAPE;
    return n->activation.kind >= ACTIVATION_COUNT ? PROGRAM_OPERAND : PROGRAM_OK;
}

program_code check_window(const program *p, const uint32_t *operands, uint32_t count) {
    if (count != WINDOW_COUNT) return PROGRAM_OPERAND;
    for (uint32_t i = 0; i < WINDOW_NUMBERS; i++) {
        const tensor *value = get_value(p, operands[i]);
        if (value && value->type != TYPE_FLOAT) return PROGRAM_TYPE;
    }
    const tensor *out = get_value(p, operands[WINDOW_OUT]), *x = get_value(p, operands[WINDOW_X]);
    const tensor *bias = get_value(p, operands[WINDOW_BIAS]), *residual = get_value(p, operands[WINDOW_RESIDUAL]);
    window_numbers n = read_window(operands);
    program_code code = check_numbers(&n);
    if (code) return code;
    if (!is_map(out) || !is_map(x) || x->dims[3] % n.groups || out->dims[3] % n.groups) return PROGRAM_SHAPE;
    if (bias && bias->elements != out->dims[3]) return PROGRAM_SHAPE;
    if (residual && residual->elements != out->elements) return PROGRAM_SHAPE;
    if (n.pool && (residual || !is_activated_in_registers(n.activation.kind))) return PROGRAM_SHAPE;
    /* Only an activation that never falls may come after the pooling instead of before it. */
    if (n.activation.kind == ACTIVATION_LEAKY && n.pool && !(n.activation.low >= 0)) return PROGRAM_SHAPE;
    return PROGRAM_OK;
}
