/* where: out, condition, x, y. Elements of x where the condition, BOOL, holds, else of y; NumPy's broadcasting to the shape of
   out. */
#include "../indexing/indices.h"
#include "../kernels.h"
#include "broadcast.h"

enum { OUT, CONDITION, X, Y };

program_code check_where(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]), *condition = get_value(p, o[CONDITION]);
    const tensor *x = get_value(p, o[X]), *y = get_value(p, o[Y]);
    if (count != Y + 1) return PROGRAM_OPERAND;
    if (condition->type != TYPE_BOOL || x->type != out->type || y->type != out->type) return PROGRAM_TYPE;
    cost->work = (uint64_t)out->elements * 2;
    return can_broadcast(condition, out) && can_broadcast(x, out) && can_broadcast(y, out) ? PROGRAM_OK : PROGRAM_SHAPE;
}

program_code run_where(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]);
    const tensor *inputs[] = {get_value(p, o[CONDITION]), get_value(p, o[X]), get_value(p, o[Y])};
    if (out->elements == 0) return PROGRAM_OK;
    size_t width = get_element_size(out->type);
    broadcast walk = start_broadcast(out, inputs, 3);
    uint32_t last = walk.rank - 1, length = walk.dims[last];
    uint32_t steps[] = {walk.steps[0][last], walk.steps[1][last], walk.steps[2][last]};
    uint8_t *to = out->data;
    do {
        const uint8_t *choices = (const uint8_t *)inputs[0]->data + walk.at[0];
        for (uint32_t i = 0; i < length; i++, to += width) {
            uint32_t from = choices[i * steps[0]] ? 1 : 2;
            const uint8_t *data = inputs[from]->data;
            move_bytes(to, data + (walk.at[from] + i * steps[from]) * width, width);
        }
    } while (go_to_next_row(&walk));
    return PROGRAM_OK;
}
