/* Running of a loaded program: one instruction after the other; nothing is checked again but indices in the data. */
#include <wasm_simd128.h>

#include "instruction.h"

/* Which NaN arithmetic gives depends on the machine. An element differs from itself only where it is one. */
static void canonicalize_floats(float *elements, uint32_t count) {
    v128_t canonical = wasm_u32x4_const_splat(0x7fc00000u);
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        v128_t four = wasm_v128_load(elements + i), numbers = wasm_f32x4_eq(four, four);
        wasm_v128_store(elements + i, wasm_v128_bitselect(four, canonical, numbers));
    }
    for (; i < count; i++) {
        if (elements[i] != elements[i]) memcpy(elements + i, &canonical, sizeof *elements);
    }
}

static void canonicalize_doubles(double *elements, uint32_t count) {
    uint64_t canonical = (uint64_t)0x7ff8 << 48;
    for (uint32_t i = 0; i < count; i++) {
        if (elements[i] != elements[i]) memcpy(elements + i, &canonical, sizeof canonical);
    }
}

static void canonicalize_nans(const tensor *value) {
    if (value->storage != STORAGE_MEMORY) return;
    if (value->type == TYPE_FLOAT) canonicalize_floats(value->data, value->elements);
    if (value->type == TYPE_DOUBLE) canonicalize_doubles(value->data, value->elements);
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
