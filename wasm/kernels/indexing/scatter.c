/* Merging of elements, with the operations of binary. */
#include "scatter.h"

#include "../elementwise/binary.h"
#include "../elementwise/elements.h"

static const uint8_t KINDS[SCATTER_COUNT] = {0, BINARY_ADD, BINARY_MULTIPLY, BINARY_MAXIMUM, BINARY_MINIMUM};

bool has_scatter_mode(element_type type, uint32_t mode) {
    return mode == SCATTER_REPLACE || (mode < SCATTER_COUNT && type != TYPE_BOOL);
}

static void merge_block(uint32_t kind, const tensor *out, uint32_t to, const tensor *updates, uint32_t from,
                        uint32_t count) {
    if (is_real(out->type)) {
        double a[BLOCK], b[BLOCK];
        read_reals(out, to, 1, count, a);
        read_reals(updates, from, 1, count, b);
        compute_reals(kind, a, b, count);
        write_reals(out, to, count, a);
    } else {
        int64_t a[BLOCK], b[BLOCK];
        read_integers(out, to, 1, count, a);
        read_integers(updates, from, 1, count, b);
        compute_integers(kind, a, b, count, out->type == TYPE_UINT64);
        write_integers(out, to, count, a);
    }
}

void merge_elements(uint32_t mode, const tensor *out, uint32_t to, const tensor *updates, uint32_t from, uint32_t count) {
    size_t width = get_element_size(out->type);
    if (mode == SCATTER_REPLACE) {
        memmove((uint8_t *)out->data + to * width, (const uint8_t *)updates->data + from * width, count * width);
        return;
    }
    for (uint32_t i = 0; i < count; i += BLOCK) {
        merge_block(KINDS[mode], out, to + i, updates, from + i, get_least(count - i, BLOCK));
    }
}
