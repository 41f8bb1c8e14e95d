/* What hosts call. Every pointer is an offset into the module's memory. */
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

/* Frees all memory of the call before, and gives room for a file's bytes: NULL where there is none. */
EXPORT(reserve_input) uint8_t *reserve_input(size_t size);
/* Judges a file by its first bytes (512 are enough): DECODE_OK, DECODE_EMPTY or DECODE_FORMAT. */
EXPORT(judge_start) decode_code judge_start(size_t size);
/* Decodes the file in the reserved room. Returns a decode_code. */
EXPORT(decode_image) decode_code decode_image(size_t size);
/* The image that was decoded. */
EXPORT(get_pixels) const uint8_t *get_pixels(void);
EXPORT(get_width) uint32_t get_width(void);
EXPORT(get_height) uint32_t get_height(void);
/* What was found in a file that was refused: bytes of ASCII, ended by a zero. */
EXPORT(get_received) const char *get_received(void);

#endif
