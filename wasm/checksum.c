/* CRC-32 (ISO 3309, PNG's annex D) eight bytes a step, and Adler-32 (RFC 1950) 16 bytes a step. */
#include "checksum.h"

#include "memory.h"
#include "simd.h"

void build_crc_tables(crc_tables *tables) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        tables->entries[0][i] = crc;
    }
    for (uint32_t i = 0; i < 256; i++)
        for (int k = 1; k < 8; k++) {
            uint32_t before = tables->entries[k - 1][i];
            tables->entries[k][i] = before >> 8 ^ tables->entries[0][before & 255];
        }
}

uint32_t update_crc(const crc_tables *tables, uint32_t crc, const uint8_t *bytes, size_t size) {
    const uint32_t(*t)[256] = tables->entries;
    crc = ~crc;
    for (; size >= 8; size -= 8, bytes += 8) {
        uint32_t low, high;
        memcpy(&low, bytes, 4);
        memcpy(&high, bytes + 4, 4);
        low ^= crc;
        crc = t[7][low & 255] ^ t[6][low >> 8 & 255] ^ t[5][low >> 16 & 255] ^ t[4][low >> 24] ^ t[3][high & 255] ^
              t[2][high >> 8 & 255] ^ t[1][high >> 16 & 255] ^ t[0][high >> 24];
    }
    for (; size; size--) crc = crc >> 8 ^ t[0][(crc ^ *bytes++) & 255];
    return ~crc;
}

enum { ADLER_MODULUS = 65521, ADLER_RUN = 5552 }; /* the most bytes whose sums fit 32 bits (RFC 1950, section 9) */

#if WEBPARITY_SIMD
/* Adds blocks of 16 bytes to both sums; returns how many bytes these were. */
static size_t add_blocks(uint32_t *a, uint32_t *b, const uint8_t *bytes, size_t size) {
    const v128_t weights_low = wasm_i16x8_const(16, 15, 14, 13, 12, 11, 10, 9);
    const v128_t weights_high = wasm_i16x8_const(8, 7, 6, 5, 4, 3, 2, 1);
    size_t blocks = size / 16;
    v128_t sums = wasm_i32x4_const_splat(0), weighted = sums, before = sums; /* before: sums ahead of each block */
    for (size_t i = 0; i < blocks; i++) {
        v128_t block = wasm_v128_load(bytes + 16 * i);
        before = wasm_i32x4_add(before, sums);
        sums = wasm_i32x4_add(sums, wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(block)));
        weighted = wasm_i32x4_add(weighted, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(block), weights_low));
        weighted = wasm_i32x4_add(weighted, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(block), weights_high));
    }
    weighted = wasm_i32x4_add(weighted, wasm_i32x4_shl(before, 4));
    *b += (uint32_t)(16 * blocks) * *a;
    *b += (uint32_t)wasm_i32x4_extract_lane(weighted, 0) + (uint32_t)wasm_i32x4_extract_lane(weighted, 1) +
          (uint32_t)wasm_i32x4_extract_lane(weighted, 2) + (uint32_t)wasm_i32x4_extract_lane(weighted, 3);
    *a += (uint32_t)wasm_i32x4_extract_lane(sums, 0) + (uint32_t)wasm_i32x4_extract_lane(sums, 1) +
          (uint32_t)wasm_i32x4_extract_lane(sums, 2) + (uint32_t)wasm_i32x4_extract_lane(sums, 3);
    return 16 * blocks;
}
#else
static size_t add_blocks(uint32_t *a, uint32_t *b, const uint8_t *bytes, size_t size) {
    (void)a, (void)b, (void)bytes, (void)size;
    return 0;
}
#endif

uint32_t update_adler(uint32_t adler, const uint8_t *bytes, size_t size) {
    uint32_t a = adler & 65535, b = adler >> 16;
    while (size) {
        size_t run = size < ADLER_RUN ? size : ADLER_RUN;
        for (size_t i = add_blocks(&a, &b, bytes, run); i < run; i++) {
            a += bytes[i];
            b += a;
        }
        a %= ADLER_MODULUS;
        b %= ADLER_MODULUS;
        bytes += run;
        size -= run;
    }
    return b << 16 | a;
}
