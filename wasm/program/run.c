/* Running of a loaded program: one instruction after the other; nothing is checked again but indices in the data. */
#include "instruction.h"

/* Which NaN arithmetic gives depends on the machine. */
static void canonicalize_nans(const tensor *value) {
    if (value->storage != STORAGE_MEMORY) return;
    uint32_t *words = value->data;
    uint64_t *pairs = value->data;
    for (uint32_t i = 0; i < value->elements; i++) {
        if (value->type == TYPE_FLOAT) {
            if ((words[i] & 0x7fffffffu) > 0x7f800000u) words[i] = 0x7fc00000u;
        } else if (value->type == TYPE_DOUBLE) {
            if ((pairs[i] & ~((uint64_t)1 << 63)) > (uint64_t)0x7ff << 52) pairs[i] = (uint64_t)0x7ff8 << 48;
        }
    }
}

static program_refusal run_from(const program *p, const uint32_t *at, uint32_t from, uint32_t to) {
    for (uint32_t n = from; n < to; n++) {
        program_code code = INSTRUCTIONS[*at & 0xffff].run(p, at + 1, (*at >> 16) - 1);
        if (code) return (program_refusal){code, PART_INSTRUCTION, n};
        at += *at >> 16;
    }
    return (program_refusal){PROGRAM_OK, PART_FILE, 0};
}

program_refusal run_prologue(const program *p) { return run_from(p, p->code, 0, p->prologue_count); }

program_refusal run_instructions(const program *p) {
    program_refusal found = run_from(p, p->code + p->prologue_words, p->prologue_count, p->instruction_count);
    if (found.code) return found;
    for (uint32_t i = 0; i < p->output_count; i++) canonicalize_nans(&p->values[p->outputs[i]]);
    return found;
}
