/* What hosts call. Every pointer is an offset into the module's memory.
   Hosts: core/wasm (Python) and web/src/runtime/wasm (TypeScript); a test holds their constants to these headers. */
#ifndef WEBPARITY_H
#define WEBPARITY_H

#include <stddef.h>
#include <stdint.h>

#include "decode/image.h"
#include "program/program.h"

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name)))
#else
#define EXPORT(name)
#endif

/* A decoded image or a refusal, as hosts read it: five little-endian words of 32 bits in the module. */
typedef struct {
    uint32_t code;          /* a decode_code */
    uint32_t width, height; /* 0 where the file is refused */
    const uint8_t *pixels;  /* RGB, height x width x 3 bytes */
    const char *received;   /* what was found in a refused file: ASCII, ended by a zero */
} decode_result;

/* Frees all memory of the call before, and gives room for a file's bytes: NULL where there is none. */
EXPORT(reserve_input) uint8_t *reserve_input(size_t size);
/* Judges a file by its first bytes, of which START_BYTES are enough: DECODE_OK, DECODE_EMPTY or DECODE_FORMAT. */
EXPORT(judge_start) const decode_result *judge_start(size_t size);
/* Decodes the file in the reserved room. The result lasts until the next reserve_input. */
EXPORT(decode_image) const decode_result *decode_image(size_t size);
/* The same, in gray: a JPEG's own luma, else gray of red, green and blue; the three bytes of a pixel are equal. */
EXPORT(decode_luma) const decode_result *decode_luma(size_t size);
/* Takes the pixels in the reserved room in place of a file's: width and height in words of 32 bits, then RGB, height x
   width x 3 bytes. Refuses as decode_image would. */
EXPORT(take_pixels) const decode_result *take_pixels(size_t size);

enum { START_BYTES = 512 };

/* A program's state, as hosts read it: words of 32 bits. */
typedef struct {
    uint32_t code;           /* a program_code */
    uint32_t part, position; /* what a refusal is about: a program_part, and which of these */
    uint32_t input_count, output_count;
    uint32_t uses_image; /* 1 where it reads the decoded image, else 0 */
    uint32_t work;       /* of one run, in 2^20 multiply-adds, rounded up */
} program_state;

/* An input or an output: where its elements lie and what they are. */
typedef struct {
    void *address;
    uint32_t type, rank, elements; /* an element_type; 0 to MAX_RANK; the product of the dims */
    uint32_t dims[MAX_RANK];       /* zeros behind the rank */
} value_place;

/* Frees all memory, the program and the image included, and gives room for a program's bytes: NULL where there is none. */
EXPORT(reserve_program) uint8_t *reserve_program(size_t size);
/* Checks and prepares the program in the reserved room. It stays until the next reserve_program: files are decoded, and
   answered, as often as wanted. Frees the image. */
EXPORT(load_program) const program_state *load_program(size_t size);
/* Where an input lies, by number: its elements are written before each run. NULL where there is none. The record lasts
   until the next call of these two functions; the address as long as the program. */
EXPORT(find_input) const value_place *find_input(size_t index);
/* Where an output lies, by number: its elements last until the next run. NULL where there is none. */
EXPORT(find_output) const value_place *find_output(size_t index);
/* Runs the program on its inputs, and on the image that was decoded last, if it reads one. The argument is not used. */
EXPORT(run_program) const program_state *run_program(size_t unused);

#endif
