/* The file of a program: header, values, inputs, outputs, code, constants; words of 32 bits, little endian. Each part
   begins at a multiple of 16 bytes, with zeros before it, and the file ends where the constants end. */
#ifndef WEBPARITY_PROGRAM_FORMAT_H
#define WEBPARITY_PROGRAM_FORMAT_H

#include <stdint.h>

enum { FORMAT_MAGIC = 0x50425057, FORMAT_VERSION = 1, MAX_RANK = 8, DATA_ALIGNMENT = 16 };
/* Stands where an instruction has no value for an operand. */
#define NO_VALUE UINT32_MAX

/* ONNX's numbers (TensorProto.DataType). */
typedef enum {
    TYPE_FLOAT = 1,
    TYPE_UINT8 = 2,
    TYPE_INT8 = 3,
    TYPE_UINT16 = 4,
    TYPE_INT16 = 5,
    TYPE_INT32 = 6,
    TYPE_INT64 = 7,
    TYPE_BOOL = 9,
    TYPE_FLOAT16 = 10,
    TYPE_DOUBLE = 11,
    TYPE_UINT32 = 12,
    TYPE_UINT64 = 13,
} element_type;

typedef enum { STORAGE_CONSTANT = 0, STORAGE_MEMORY = 1 } value_storage;

typedef struct {
    uint32_t magic, version, file_bytes;
    uint32_t value_count, instruction_count, code_words, input_count, output_count;
    uint32_t constant_bytes; /* constants as they stand in the file */
    uint32_t widened_bytes;  /* those of them that are widened at loading, as they are computed with */
    uint32_t memory_bytes;   /* all other values, as the compiler has planned them: they may share memory */
    uint32_t prologue_count; /* so many first instructions run once, at loading; what they leave stays */
    uint32_t reserved[4];    /* zero */
} program_header;

/* A constant is stored as it is computed with, or as FLOAT16 and widened to FLOAT at loading. */
typedef struct {
    uint8_t type, rank, storage, stored_type; /* element_type, 0 to MAX_RANK, value_storage, element_type */
    uint32_t offset;        /* in the memory, or of a widened constant in the widened ones; a multiple of 16; widened
                               constants stand one behind the other, in the order of the values */
    uint32_t stored_offset; /* of a constant in the file's constants, a multiple of 16; else zero */
    uint32_t dims[MAX_RANK]; /* row-major; those from `rank` on are zero */
    uint32_t reserved[5];    /* zero */
} program_value;

_Static_assert(sizeof(program_header) == 64 && sizeof(program_value) == 64, "as the file has them");

#endif
