/* Decodes a bitmap row by row, from its last row unless it says otherwise. */
#include "../../memory.h"
#include "bmp.h"

static uint8_t *find_row(const bmp_header *bmp, const rgb_image *out, uint32_t index) {
    uint32_t y = bmp->is_top_down ? index : bmp->height - 1 - index;
    return out->pixels + 3 * (size_t)bmp->width * y;
}

/* Rows begin at multiples of four bytes. */
static uint64_t measure_row(const bmp_header *bmp) { return ((uint64_t)bmp->width * bmp->bits + 31) / 32 * 4; }

/* Whether the file holds all pixels; behind the last row nothing is needed. Runs are not measured here. */
static bool has_rows(const bmp_header *bmp, size_t size) {
    uint64_t last_row = ((uint64_t)bmp->width * bmp->bits + 7) / 8;
    return size >= bmp->data + measure_row(bmp) * (bmp->height - 1) + last_row;
}

static decode_code read_rows(const uint8_t *bytes, const bmp_header *bmp, const rgb_image *out) {
    for (uint32_t i = 0; i < bmp->height; i++)
        expand_bmp_row(bmp, bytes + bmp->data + measure_row(bmp) * i, find_row(bmp, out, i));
    return DECODE_OK;
}

static decode_code read_runs(const uint8_t *bytes, size_t size, const bmp_header *bmp, const rgb_image *out, refusal *why) {
    uint8_t *indices = allocate((size_t)bmp->width * bmp->height);
    if (!indices) return refuse(why, DECODE_OUT_OF_MEMORY, "a BMP larger than memory");
    if (decode_rle(bytes, size, bmp, indices, why) != DECODE_OK) return why->code;
    bmp_header plain = *bmp;
    plain.bits = 8;
    for (uint32_t i = 0; i < bmp->height; i++)
        expand_bmp_row(&plain, indices + (size_t)bmp->width * i, find_row(bmp, out, i));
    return DECODE_OK;
}

decode_code decode_bmp(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why) {
    bmp_header bmp;
    if (read_bmp_header(bytes, size, &bmp, why) != DECODE_OK) return why->code;
    bool has_runs = bmp.compression == BI_RLE8 || bmp.compression == BI_RLE4;
    if (has_runs ? bmp.data > size : !has_rows(&bmp, size))
        return refuse(why, DECODE_TRUNCATED, "a BMP that ends before its last row");
    out->width = bmp.width;
    out->height = bmp.height;
    out->pixels = allocate(3 * (size_t)bmp.width * bmp.height);
    if (!out->pixels) return refuse(why, DECODE_OUT_OF_MEMORY, "a BMP larger than memory");
    return has_runs ? read_runs(bytes, size, &bmp, out, why) : read_rows(bytes, &bmp, out);
}
