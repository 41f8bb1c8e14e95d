/* Turns a bitmap's uncompressed pixels into RGB, over white where it states an alpha mask. */
#include "../../memory.h"
#include "../over_white.h"
#include "bmp.h"

static void expand_indices(const bmp_header *bmp, const uint8_t *row, uint8_t *rgb) {
    uint32_t per_byte = 8 / bmp->bits, mask = (1u << bmp->bits) - 1;
    for (uint32_t x = 0; x < bmp->width; x++, rgb += 3) {
        uint32_t shift = 8 - bmp->bits - bmp->bits * (x % per_byte);
        memcpy(rgb, bmp->palette[row[x / per_byte] >> shift & mask], 3);
    }
}

static uint8_t scale(uint32_t value, uint32_t largest) { return (uint8_t)((value & largest) * 255 / largest); }

static void expand_16(const bmp_header *bmp, const uint8_t *row, uint8_t *rgb) {
    for (uint32_t x = 0; x < bmp->width; x++, row += 2, rgb += 3) {
        uint32_t pixel = row[0] | (uint32_t)row[1] << 8;
        rgb[0] = scale(pixel >> (bmp->is_565 ? 11 : 10), 31);
        rgb[1] = scale(pixel >> 5, bmp->is_565 ? 63 : 31);
        rgb[2] = scale(pixel, 31);
    }
}

static void expand_bytes(const bmp_header *bmp, const uint8_t *row, uint8_t *rgb) {
    const uint32_t step = bmp->bits / 8, r = bmp->bytes[0], g = bmp->bytes[1], b = bmp->bytes[2];
    for (uint32_t x = 0; x < bmp->width; x++, row += step, rgb += 3) {
        rgb[0] = row[r];
        rgb[1] = row[g];
        rgb[2] = row[b];
    }
}

static void expand_over_white(const bmp_header *bmp, const uint8_t *row, uint8_t *rgb) {
    for (uint32_t x = 0; x < bmp->width; x++, row += 4, rgb += 3) {
        uint32_t alpha = row[bmp->alpha_byte];
        for (int i = 0; i < 3; i++) rgb[i] = put_over_white(row[bmp->bytes[i]], alpha);
    }
}

void expand_bmp_row(const bmp_header *bmp, const uint8_t *row, uint8_t *rgb) {
    if (bmp->bits <= 8)
        expand_indices(bmp, row, rgb);
    else if (bmp->bits == 16)
        expand_16(bmp, row, rgb);
    else if (bmp->has_alpha)
        expand_over_white(bmp, row, rgb);
    else
        expand_bytes(bmp, row, rgb);
}
