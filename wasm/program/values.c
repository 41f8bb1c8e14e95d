/* The values of a program: types, shapes, and data within their part. */
#include "parts.h"

/* Also of the axes that are not empty, so that a product of some of them fits, too. */
#define MAX_ELEMENTS ((uint64_t)1 << 28)

size_t get_element_size(uint32_t type) {
    switch (type) {
        case TYPE_UINT8:
        case TYPE_INT8:
        case TYPE_BOOL: return 1;
        case TYPE_UINT16:
        case TYPE_INT16:
        case TYPE_FLOAT16: return 2;
        case TYPE_FLOAT:
        case TYPE_INT32:
        case TYPE_UINT32: return 4;
        case TYPE_INT64:
        case TYPE_UINT64:
        case TYPE_DOUBLE: return 8;
        default: return 0;
    }
}

bool have_same_shape(const tensor *a, const tensor *b) {
    return a->rank == b->rank && memcmp(a->dims, b->dims, sizeof a->dims) == 0;
}

static bool is_widened(const program_value *v) { return v->storage == STORAGE_CONSTANT && v->stored_type != v->type; }

static program_code check_types(const program_value *v) {
    if (get_element_size(v->type) == 0 || v->type == TYPE_FLOAT16) return PROGRAM_TYPE;
    if (v->storage > STORAGE_MEMORY) return PROGRAM_TYPE;
    for (uint32_t i = 0; i < sizeof v->reserved / sizeof *v->reserved; i++) {
        if (v->reserved[i]) return PROGRAM_HEADER;
    }
    if (v->storage == STORAGE_MEMORY) return v->stored_type || v->stored_offset ? PROGRAM_TYPE : PROGRAM_OK;
    if (!is_widened(v)) return v->offset ? PROGRAM_TYPE : PROGRAM_OK;
    return v->stored_type == TYPE_FLOAT16 && v->type == TYPE_FLOAT ? PROGRAM_OK : PROGRAM_TYPE;
}

static program_code read_shape(const program_value *from, tensor *to) {
    if (from->rank > MAX_RANK) return PROGRAM_SHAPE;
    uint64_t elements = 1;
    bool empty = false;
    for (uint32_t i = 0; i < MAX_RANK; i++) {
        uint32_t length = from->dims[i];
        to->dims[i] = length;
        if (i >= from->rank && length) return PROGRAM_SHAPE;
        if (i >= from->rank) continue;
        if (length) elements *= length;
        else empty = true;
        if (elements > MAX_ELEMENTS) return PROGRAM_SHAPE;
    }
    to->rank = from->rank;
    to->elements = empty ? 0 : (uint32_t)elements;
    return PROGRAM_OK;
}

static bool lies_inside(uint32_t offset, uint64_t bytes, uint32_t room) {
    return offset % DATA_ALIGNMENT == 0 && offset + bytes <= room;
}

static program_code read_value(loading *l, const program_value *from, tensor *to) {
    program_code code = check_types(from);
    if (!code) code = read_shape(from, to);
    if (code) return code;
    const program_header *h = l->header;
    to->type = (element_type)from->type;
    to->storage = (value_storage)from->storage;
    uint64_t bytes = count_bytes(to);
    if (to->storage == STORAGE_MEMORY) {
        if (!lies_inside(from->offset, bytes, h->memory_bytes)) return PROGRAM_BOUNDS;
        to->data = l->memory + from->offset;
        return PROGRAM_OK;
    }
    uint64_t stored = (uint64_t)to->elements * get_element_size(from->stored_type);
    if (!lies_inside(from->stored_offset, stored, h->constant_bytes)) return PROGRAM_BOUNDS;
    const uint8_t *data = l->constants + from->stored_offset;
    if (!is_widened(from)) {
        to->data = (uint8_t *)(uintptr_t)data;
        return PROGRAM_OK;
    }
    if (from->offset < l->widened_end || !lies_inside(from->offset, bytes, h->widened_bytes)) return PROGRAM_BOUNDS;
    l->widened_end = (uint32_t)(from->offset + bytes);
    to->data = l->widened + from->offset;
    widen_halves((const void *)data, to);
    return PROGRAM_OK;
}

program_refusal load_values(loading *l, program *p) {
    for (uint32_t i = 0; i < p->value_count; i++) {
        program_code code = read_value(l, &l->values[i], &p->values[i]);
        if (code) return refuse_program(code, PART_VALUE, i);
        l->written[i] = p->values[i].storage == STORAGE_CONSTANT;
    }
    return refuse_program(PROGRAM_OK, PART_FILE, 0);
}
