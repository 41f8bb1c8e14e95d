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
    PROGRAM_HEADER,        /* not a program, or bytes that must be zero */
    PROGRAM_OTHER_VERSION, /* another version of the format */
    PROGRAM_TRUNCATED,     /* sizes of parts that are not the file's */
    PROGRAM_OPCODE,        /* an instruction that is not known */
    PROGRAM_OPERAND,       /* an operand that is no value, or a count of words that is not the instruction's */
    PROGRAM_TYPE,          /* element types that do not fit */
    PROGRAM_SHAPE,         /* shapes or numbers that do not fit */
    PROGRAM_BOUNDS,        /* data outside their part */
    PROGRAM_ORDER,         /* a value that is read before it is written, or after another took its memory */
    PROGRAM_OVERLAP,       /* an instruction that would write over what it reads */
    PROGRAM_WORK,          /* more work than any image is worth */
    PROGRAM_OUT_OF_MEMORY, /* no room */
    PROGRAM_INDEX,         /* running: an index in the data outside its axis */
    PROGRAM_IMAGE,         /* running: no decoded image */
} program_code;

/* What a refusal is about; its position counts from 0 within this part. */
typedef enum { PART_FILE = 0, PART_VALUE, PART_INPUT, PART_OUTPUT, PART_INSTRUCTION } program_part;

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
    uint32_t prologue_count, prologue_words; /* instructions that have run when the program is loaded, and their words */
    bool uses_image;
    uint64_t work; /* of one run, in multiply-adds */
    tensor *values;
    const uint32_t *inputs, *outputs, *code;
    /* Room for one instruction at a time, the largest that any asks for. */
    uint8_t *scratch;
    size_t scratch_bytes;
    /* What instructions of images read; set before running. */
    const rgb_image *image;
} program;

/* Where a program was refused. */
typedef struct {
    program_code code;
    program_part part;
    uint32_t position;
} program_refusal;

/* Checks a program and prepares it. The file must stay where it is, at a multiple of 16, and is not written to. */
program_refusal load_program_file(const uint8_t *file, size_t size, program *out);
/* Runs the instructions behind the prologue in order, and makes the NaNs of outputs canonical. */
program_refusal run_instructions(const program *p);
/* Runs the instructions that come before the inputs; once. */
program_refusal run_prologue(const program *p);

/* Bytes of an element; 0 for what is no type. */
size_t get_element_size(uint32_t type);

#endif
