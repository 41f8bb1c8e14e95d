/* Loading of a program: nothing of the file is believed before it is checked. */
#include "instruction.h"

enum { WORD = 4 };
/* Half a minute of the fastest kernels; the largest networks of Keras need an eighth of it. */
#define MAX_WORK ((uint64_t)1 << 38)
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

static uint64_t align(uint64_t size) { return (size + DATA_ALIGNMENT - 1) & ~(uint64_t)(DATA_ALIGNMENT - 1); }

static program_refusal refuse_program(program_code code, uint32_t position) {
    return (program_refusal){code, position};
}

/* Where the parts of the file begin. */
typedef struct {
    uint64_t values, inputs, outputs, code, constants, end;
} program_parts;

static program_parts find_parts(const program_header *h) {
    program_parts s;
    s.values = sizeof(program_header);
    s.inputs = s.values + (uint64_t)h->value_count * sizeof(program_value);
    s.outputs = align(s.inputs + (uint64_t)h->input_count * WORD);
    s.code = align(s.outputs + (uint64_t)h->output_count * WORD);
    s.constants = align(s.code + (uint64_t)h->code_words * WORD);
    s.end = s.constants + h->constant_bytes;
    return s;
}

static program_code check_header(const program_header *h, size_t size) {
    if (h->magic != PROGRAM_MAGIC) return PROGRAM_HEADER;
    if (h->version != PROGRAM_VERSION) return PROGRAM_VERSION_KNOWN;
    if (h->file_bytes != size || find_parts(h).end != size) return PROGRAM_TRUNCATED;
    for (uint32_t i = 0; i < sizeof h->reserved / WORD; i++) {
        if (h->reserved[i]) return PROGRAM_HEADER;
    }
    return PROGRAM_OK;
}

static bool is_widened(const program_value *v) { return v->storage == STORAGE_CONSTANT && v->stored_type != v->type; }

static program_code check_types(const program_value *v) {
    if (get_element_size(v->type) == 0 || v->type == TYPE_FLOAT16) return PROGRAM_TYPE;
    if (v->storage > STORAGE_MEMORY || v->reserved[0] || v->reserved[1] || v->reserved[2]) return PROGRAM_TYPE;
    if (v->storage == STORAGE_MEMORY) return v->stored_type || v->stored_offset ? PROGRAM_TYPE : PROGRAM_OK;
    if (!is_widened(v)) return v->offset ? PROGRAM_TYPE : PROGRAM_OK;
    bool known = v->stored_type == TYPE_FLOAT16 || v->stored_type == TYPE_UINT8;
    return known && v->type == TYPE_FLOAT ? PROGRAM_OK : PROGRAM_TYPE;
}

/* Counts the elements of a value, and holds its data to their parts. */
static program_code read_value(const program_header *h, const program_value *from, tensor *to) {
    program_code code = check_types(from);
    if (code) return code;
    if (from->rank > MAX_RANK) return PROGRAM_SHAPE;
    uint64_t elements = 1;
    for (uint32_t i = 0; i < MAX_RANK; i++) {
        if (i >= from->rank && from->dims[i]) return PROGRAM_SHAPE;
        if (i < from->rank) elements *= from->dims[i];
        if (elements > MAX_ELEMENTS) return PROGRAM_SHAPE;
        to->dims[i] = from->dims[i];
    }
    uint64_t bytes = elements * get_element_size(from->type);
    if (from->storage == STORAGE_CONSTANT) {
        uint64_t stored = elements * get_element_size(from->stored_type);
        if (from->stored_offset % DATA_ALIGNMENT || from->stored_offset + stored > h->constant_bytes) {
            return PROGRAM_BOUNDS;
        }
    }
    uint64_t room = from->storage == STORAGE_MEMORY ? h->memory_bytes : is_widened(from) ? h->widened_bytes : bytes;
    if (from->offset % DATA_ALIGNMENT || from->offset + bytes > room) return PROGRAM_BOUNDS;
    to->type = (element_type)from->type;
    to->storage = (value_storage)from->storage;
    to->rank = from->rank;
    to->elements = (uint32_t)elements;
    return PROGRAM_OK;
}

/* IEEE 754 binary16 to binary32, exact; NaNs become the canonical one. */
static float widen_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half >> 15) << 31, exponent = (half >> 10) & 31, fraction = half & 1023u, bits;
    if (exponent == 0) {
        float small = (float)fraction * 0x1p-24f;
        memcpy(&bits, &small, sizeof bits);
    } else if (exponent == 31) {
        bits = fraction ? 0x7fc00000u : 0x7f800000u;
    } else {
        bits = (exponent + 112) << 23 | fraction << 13;
    }
    return get_float(fraction && exponent == 31 ? bits : bits | sign);
}

static void widen_constant(const program_value *from, const uint8_t *stored, tensor *to) {
    float *out = to->data;
    const uint16_t *halves = (const void *)stored;
    for (uint32_t i = 0; i < to->elements; i++) {
        if (from->stored_type == TYPE_FLOAT16) {
            out[i] = widen_half(halves[i]);
        } else {
            float scaled = from->scale * (float)stored[i];
            out[i] = scaled + from->minimum;
        }
    }
}

typedef struct {
    const program_header *header;
    const program_value *values;
    const uint8_t *constants;
    uint8_t *widened, *memory;
    /* By value: whether it has been written, as constants and inputs are from the start. */
    bool *written;
} loading;

static program_refusal load_values(const loading *l, program *p) {
    for (uint32_t i = 0; i < p->value_count; i++) {
        const program_value *from = &l->values[i];
        tensor *value = &p->values[i];
        program_code code = read_value(l->header, from, value);
        if (code) return refuse_program(code, i);
        l->written[i] = value->storage == STORAGE_CONSTANT;
        if (value->storage == STORAGE_MEMORY) {
            value->data = l->memory + from->offset;
        } else if (is_widened(from)) {
            value->data = l->widened + from->offset;
            widen_constant(from, l->constants + from->stored_offset, value);
        } else {
            value->data = (uint8_t *)(uintptr_t)(l->constants + from->stored_offset);
        }
    }
    for (uint32_t i = 0; i < p->input_count; i++) {
        uint32_t id = p->inputs[i];
        if (id >= p->value_count || l->written[id]) return refuse_program(PROGRAM_OPERAND, i);
        l->written[id] = true;
    }
    return refuse_program(PROGRAM_OK, 0);
}

/* Whether operands that name values name existing ones, written before they are read, and no constants to write to. */
static program_code check_values(const loading *l, const program *p, const instruction_kind *kind,
                                 const uint32_t *operands) {
    uint32_t ids = (uint32_t)kind->writes + kind->reads;
    for (uint32_t i = kind->writes; i < ids; i++) {
        if (operands[i] == NO_VALUE && i >= ids - kind->optional) continue;
        if (operands[i] >= p->value_count) return PROGRAM_OPERAND;
        if (!l->written[operands[i]]) return PROGRAM_ORDER;
    }
    for (uint32_t i = 0; i < kind->writes; i++) {
        if (operands[i] >= p->value_count || p->values[operands[i]].storage == STORAGE_CONSTANT) return PROGRAM_OPERAND;
        l->written[operands[i]] = true;
    }
    return PROGRAM_OK;
}

static program_refusal check_code(const loading *l, program *p) {
    uint32_t at = 0, words = l->header->code_words;
    uint64_t work = 0, scratch = 0;
    for (uint32_t n = 0; n < p->instruction_count; n++) {
        if (at >= words) return refuse_program(PROGRAM_TRUNCATED, n);
        uint32_t op = p->code[at] & 0xffff, length = p->code[at] >> 16;
        if (length == 0 || length > words - at) return refuse_program(PROGRAM_TRUNCATED, n);
        if (op >= OPCODE_COUNT || !INSTRUCTIONS[op].run) return refuse_program(PROGRAM_OPCODE, n);
        const instruction_kind *kind = &INSTRUCTIONS[op];
        const uint32_t *operands = p->code + at + 1;
        uint32_t count = length - 1;
        if (count < (uint32_t)kind->writes + kind->reads + kind->numbers || count > MAX_OPERANDS) {
            return refuse_program(PROGRAM_OPERAND, n);
        }
        instruction_cost cost = {0, 0};
        program_code code = check_values(l, p, kind, operands);
        if (!code) code = kind->check(p, operands, count, &cost);
        if (!code && (cost.work > MAX_WORK || (work += cost.work) > MAX_WORK)) code = PROGRAM_WORK;
        if (code) return refuse_program(code, n);
        if (cost.scratch_bytes > scratch) scratch = cost.scratch_bytes;
        at += length;
    }
    if (at != words) return refuse_program(PROGRAM_TRUNCATED, p->instruction_count);
    for (uint32_t i = 0; i < p->output_count; i++) {
        uint32_t id = p->outputs[i];
        if (id >= p->value_count || !l->written[id]) return refuse_program(PROGRAM_ORDER, i);
    }
    if (scratch > UINT32_MAX) return refuse_program(PROGRAM_OUT_OF_MEMORY, 0);
    p->scratch_bytes = (size_t)scratch;
    p->scratch = allocate((size_t)scratch);
    return refuse_program(p->scratch ? PROGRAM_OK : PROGRAM_OUT_OF_MEMORY, 0);
}

program_refusal load_program_file(const uint8_t *file, size_t size, program *out) {
    const program_header *h = (const void *)file;
    if (size < sizeof *h) return refuse_program(PROGRAM_TRUNCATED, 0);
    program_code code = check_header(h, size);
    if (code) return refuse_program(code, 0);
    program_parts parts = find_parts(h);
    *out = (program){
        .value_count = h->value_count,
        .instruction_count = h->instruction_count,
        .input_count = h->input_count,
        .output_count = h->output_count,
        .inputs = (const void *)(file + parts.inputs),
        .outputs = (const void *)(file + parts.outputs),
        .code = (const void *)(file + parts.code),
        .values = allocate((size_t)h->value_count * sizeof(tensor)),
    };
    loading l = {
        .header = h,
        .values = (const void *)(file + parts.values),
        .constants = file + parts.constants,
        .widened = allocate(h->widened_bytes),
        .memory = allocate_zeros(h->memory_bytes),
        .written = allocate(h->value_count),
    };
    if (!out->values || !l.widened || !l.memory || !l.written) return refuse_program(PROGRAM_OUT_OF_MEMORY, 0);
    program_refusal found = load_values(&l, out);
    return found.code ? found : check_code(&l, out);
}
