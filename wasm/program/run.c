/* Running of a loaded program: one instruction after the other; nothing is checked again but indices in the data. */
#include "instruction.h"

program_refusal run_instructions(const program *p) {
    const uint32_t *at = p->code;
    for (uint32_t n = 0; n < p->instruction_count; n++) {
        program_code code = INSTRUCTIONS[*at & 0xffff].run(p, at + 1, (*at >> 16) - 1);
        if (code) return (program_refusal){code, n};
        at += *at >> 16;
    }
    return (program_refusal){PROGRAM_OK, 0};
}
