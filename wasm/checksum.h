/* Checksums of PNG: CRC-32 of chunks, Adler-32 of zlib streams. */
#ifndef WEBPARITY_CHECKSUM_H
#define WEBPARITY_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Tables for eight bytes a step. They are computed, which takes microseconds, since 8 KiB of them do not compress. */
typedef struct {
    uint32_t entries[8][256];
} crc_tables;

void build_crc_tables(crc_tables *tables);
/* CRC-32 of `size` more bytes; begin with 0. */
uint32_t update_crc(const crc_tables *tables, uint32_t crc, const uint8_t *bytes, size_t size);
/* Adler-32 of `size` more bytes; begin with 1. */
uint32_t update_adler(uint32_t adler, const uint8_t *bytes, size_t size);

#endif
