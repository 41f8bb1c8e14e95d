/* A loaded program: its values as tensors, its instructions checked, so that running needs no checks. */
#ifndef WEBPARITY_PROGRAM_H
#define WEBPARITY_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../decode/image.h"
#include "format.h"

/* What is wrong with a program, in the order that hosts name them. */
typedef enum {
    PROGRAM_OK = 0,
    PROGRAM_HEADER,        /* not a program, or fields that must be zero */
    PROGRAM_VERSION_KNOWN, /* another version of the format */
    PROGRAM_TRUNCATED,     /* sizes of parts that are not the file's */
    PROGRAM_OPCODE,        /* an instruction that is not known */
    PROGRAM_OPERAND,       /* an operand that is no value, or a count of words that is not the instruction's */
    PROGRAM_TYPE,          /* element types that do not fit */
    PROGRAM_SHAPE,         /* shapes or numbers that do not fit */
    PROGRAM_BOUNDS,        /* data outside their part */
    PROGRAM_ORDER,         /* a value that is read before it is written */
    PROGRAM_WORK,          /* more work than any image is worth */
    PROGRAM_OUT_OF_MEMORY, /* no room */
    PROGRAM_INDEX,         /* running: an index in the data outside its axis */
    PROGRAM_IMAGE,         /* running: no decoded image */
} program_code;

typedef struct {
    element_type type;
    value_storage storage;
    uint32_t rank;
    uint32_t dims[MAX_RANK];
    uint32_t elements;
    void *data;
} tensor;

typedef struct {
    uint32_t value_count, instruction_count, input_count, output_count;
    tensor *values;
    const uint32_t *inputs, *outputs, *code;
    /* Room for one instruction at a time, the largest that any asks for. */
    uint8_t *scratch;
    size_t scratch_bytes;
    /* What instructions of images read; set before running. */
    const rgb_image *image;
} program;

/* Where a program was refused: a code, and the instruction or value that it is about. */
typedef struct {
    program_code code;
    uint32_t position;
} program_refusal;

/* Checks every byte of a program and prepares it. The file must stay where it is, at a multiple of 16. */
program_refusal load_program_file(const uint8_t *file, size_t size, program *out);
/* Runs the instructions in order; the position is that of the instruction that could not be run. */
program_refusal run_instructions(const program *p);

/* Bytes of an element; 0 for what is no type. */
size_t get_element_size(uint32_t type);

#endif
