/* What hosts call. Every pointer is an offset into the module's memory.
   Hosts: core/wasm (Python) and web/src/runtime/wasm (TypeScript); a test holds their constants to these headers. */
#ifndef WEBPARITY_H
#define WEBPARITY_H

#include <stddef.h>
#include <stdint.h>

#include "decode/image.h"

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

enum { START_BYTES = 512 };

#endif
