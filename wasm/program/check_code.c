/* The instructions of a program: each known, its values there, in order and apart, and its own check passed. */
#include "parts.h"

/* Half a minute of the fastest kernels; the largest networks of Keras need a quarter of it. */
#define MAX_WORK ((uint64_t)1 << 38)

typedef struct {
    const instruction_kind *kind;
    const uint32_t *operands;
    uint32_t opcode, count;
} instruction;

static bool is_missing(const instruction *i, uint32_t at) {
    uint32_t ids = (uint32_t)i->kind->writes + i->kind->reads;
    return i->operands[at] == NO_VALUE && at >= ids - i->kind->optional;
}

/* Only the first value written may share memory, only with those that the instruction reads in step, and only whole. */
static bool may_share(const instruction *i, const program *p, uint32_t write, uint32_t read) {
    const tensor *to = &p->values[i->operands[write]], *from = &p->values[i->operands[read]];
    bool in_step = write == 0 && (i->kind->in_place >> (read - i->kind->writes) & 1);
    return in_step && to->data == from->data && count_bytes(to) == count_bytes(from);
}

static program_code check_overlaps(const instruction *i, const program *p, uint32_t write) {
    uint32_t ids = (uint32_t)i->kind->writes + i->kind->reads;
    const tensor *written = &p->values[i->operands[write]];
    for (uint32_t at = write + 1; at < ids; at++) {
        if (is_missing(i, at) || !have_overlap(written, &p->values[i->operands[at]])) continue;
        if (at < i->kind->writes || !may_share(i, p, write, at)) return PROGRAM_OVERLAP;
    }
    return PROGRAM_OK;
}

/* Operands that name values name existing ones, written before they are read, apart from those that are written. */
static program_code check_values(loading *l, const program *p, const instruction *i) {
    uint32_t writes = i->kind->writes, ids = writes + i->kind->reads;
    for (uint32_t at = writes; at < ids; at++) {
        program_code code = is_missing(i, at) ? PROGRAM_OK : check_read(l, p, i->operands[at]);
        if (code) return code;
    }
    for (uint32_t at = 0; at < writes; at++) {
        uint32_t id = i->operands[at];
        if (id >= p->value_count || p->values[id].storage == STORAGE_CONSTANT) return PROGRAM_OPERAND;
    }
    for (uint32_t at = 0; at < writes; at++) {
        program_code code = check_overlaps(i, p, at);
        if (!code) code = mark_written(l, p, i->operands[at]);
        if (code) return code;
    }
    return PROGRAM_OK;
}

static program_code check_instruction(loading *l, program *p, const instruction *i) {
    program_code code = check_values(l, p, i);
    if (code) return code;
    instruction_cost cost = {0, 0};
    code = i->kind->check(p, i->operands, i->count, &cost);
    if (code) return code;
    if (cost.work > MAX_WORK || p->work + cost.work > MAX_WORK) return PROGRAM_WORK;
    if (cost.scratch_bytes > INT32_MAX) return PROGRAM_OUT_OF_MEMORY;
    p->work += cost.work;
    if (cost.scratch_bytes > p->scratch_bytes) p->scratch_bytes = (size_t)cost.scratch_bytes;
    p->uses_image |= i->opcode == OP_RESIZE_IMAGE;
    return PROGRAM_OK;
}

/* Splits an instruction's first word; `left` words stand behind its begin. */
static program_code read_instruction(const uint32_t *words, uint32_t left, instruction *out) {
    if (left == 0) return PROGRAM_TRUNCATED;
    uint32_t op = words[0] & 0xffff, length = words[0] >> 16;
    if (length == 0 || length > left) return PROGRAM_TRUNCATED;
    if (op >= OPCODE_COUNT || !INSTRUCTIONS[op].run) return PROGRAM_OPCODE;
    *out = (instruction){&INSTRUCTIONS[op], words + 1, op, length - 1};
    uint32_t least = (uint32_t)out->kind->writes + out->kind->reads + out->kind->numbers;
    return out->count < least || out->count > MAX_OPERANDS ? PROGRAM_OPERAND : PROGRAM_OK;
}

static program_refusal check_inputs(loading *l, const program *p) {
    for (uint32_t i = 0; i < p->input_count; i++) {
        uint32_t id = p->inputs[i];
        if (id >= p->value_count || l->written[id]) return refuse_program(PROGRAM_OPERAND, PART_INPUT, i);
        program_code code = mark_written(l, p, id);
        if (code) return refuse_program(code, PART_INPUT, i);
    }
    return refuse_program(PROGRAM_OK, PART_FILE, 0);
}

/* Checks instructions from one number to another, from the words at `at` on. */
static program_refusal check_instructions(loading *l, program *p, uint32_t from, uint32_t to, uint32_t *at) {
    for (uint32_t n = from; n < to; n++) {
        instruction i;
        program_code code = read_instruction(p->code + *at, l->header->code_words - *at, &i);
        if (!code) code = check_instruction(l, p, &i);
        if (code) return refuse_program(code, PART_INSTRUCTION, n);
        *at += i.count + 1;
    }
    return refuse_program(PROGRAM_OK, PART_FILE, 0);
}

program_refusal check_code(loading *l, program *p) {
    uint32_t at = 0, prologue = p->prologue_count;
    if (prologue > p->instruction_count) return refuse_program(PROGRAM_HEADER, PART_FILE, 0);
    program_refusal found = check_instructions(l, p, 0, prologue, &at);
    if (found.code) return found;
    if (p->uses_image) return refuse_program(PROGRAM_ORDER, PART_FILE, 0);
    l->lasting_count = l->living_count;
    p->prologue_words = at;
    p->work = 0;
    found = check_inputs(l, p);
    if (!found.code) found = check_instructions(l, p, prologue, p->instruction_count, &at);
    if (found.code) return found;
    if (at != l->header->code_words) return refuse_program(PROGRAM_TRUNCATED, PART_INSTRUCTION, p->instruction_count);
    for (uint32_t i = 0; i < p->output_count; i++) {
        program_code code = check_read(l, p, p->outputs[i]);
        if (code) return refuse_program(code, PART_OUTPUT, i);
    }
    return found;
}
