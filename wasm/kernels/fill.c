/* fill: out, low, high. Every element becomes these bits: the lowest bytes of a number of 64. */
#include "kernels.h"

enum { OUT, LOW, HIGH, PATTERN = 16 };

program_code check_fill(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    cost->work = get_value(p, o[OUT])->elements;
    return count == HIGH + 1 ? PROGRAM_OK : PROGRAM_OPERAND;
}

program_code run_fill(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const tensor *out = get_value(p, o[OUT]);
    uint64_t bits = o[LOW] | (uint64_t)o[HIGH] << 32;
    size_t width = get_element_size(out->type), size = out->elements * width, at = 0;
    uint8_t pattern[PATTERN];
    for (uint32_t i = 0; i < PATTERN; i++) pattern[i] = (uint8_t)(bits >> i % width * 8);
    for (; at + PATTERN <= size; at += PATTERN) memcpy((uint8_t *)out->data + at, pattern, PATTERN);
    memcpy((uint8_t *)out->data + at, pattern, size - at);
    return PROGRAM_OK;
}
