/* The stream of one image: its transforms, its prefix codes, and its pixels (sections 3 to 6). */
#include "vp8l.h"

static decode_code refuse_memory(refusal *why) {
    return refuse(why, DECODE_OUT_OF_MEMORY, "no memory for a WebP image");
}

/* Section 5.2.3: the size of the colour cache. */
static COLD decode_code read_cache_bits(bit_reader *bits, uint32_t *cache_bits, refusal *why) {
    *cache_bits = 0;
    if (!read_header_bits(bits, 1)) return DECODE_OK;
    *cache_bits = read_header_bits(bits, 4);
    if (*cache_bits < 1 || *cache_bits > MAX_CACHE_BITS)
        return refuse(why, DECODE_CORRUPT, "a colour cache of WebP not of 1 to 11 bits");
    return DECODE_OK;
}

/* An image that steers the decoding of the main one: one prefix group, no transforms. */
static COLD decode_code read_small_image(lossless_decoder *decoder, uint32_t width, uint32_t height, uint32_t **pixels,
                                         refusal *why) {
    *pixels = allocate((size_t)width * height * sizeof **pixels);
    if (!*pixels) return refuse_memory(why);
    coded_image image = {width, height, 0, 0, NULL, NULL};
    decode_code code = read_cache_bits(&decoder->bits, &image.cache_bits, why);
    if (code) return code;
    size_t mark = mark_memory();
    table_pool pool = {0};
    prefix_group group;
    image.groups = &group;
    code = read_prefix_group(&decoder->bits, &pool, image.cache_bits, &group, why);
    if (!code) code = decode_pixels(decoder, &image, *pixels, why);
    release_memory(mark);
    return code;
}

/* Section 4.4: the table of colours, each as the difference to the one before; indices beyond it are transparent. */
static COLD decode_code read_color_table(lossless_decoder *decoder, transform *to, refusal *why) {
    uint32_t count = 1 + read_header_bits(&decoder->bits, 8);
    to->bits = count > 16 ? 0 : count > 4 ? 1 : count > 2 ? 2 : 3;
    uint32_t *colors = allocate_zeros(LITERALS * sizeof *colors), *differences;
    if (!colors) return refuse_memory(why);
    decode_code code = read_small_image(decoder, count, 1, &differences, why);
    if (code) return code;
    uint32_t color = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t alpha_green = (color & 0xff00ff00) + (differences[i] & 0xff00ff00);
        uint32_t red_blue = (color & 0x00ff00ff) + (differences[i] & 0x00ff00ff);
        colors[i] = color = (alpha_green & 0xff00ff00) | (red_blue & 0x00ff00ff);
    }
    to->data = colors;
    decoder->coded_width = divide_up(decoder->coded_width, to->bits);
    return DECODE_OK;
}

/* Section 4. Each kind may come once. */
static COLD decode_code read_transforms(lossless_decoder *decoder, uint32_t height, refusal *why) {
    bit_reader *bits = &decoder->bits;
    uint32_t seen = 0;
    while (read_header_bits(bits, 1)) {
        uint32_t type = read_header_bits(bits, 2);
        if (seen & 1u << type) return refuse(why, DECODE_CORRUPT, "a WebP image with the same transform twice");
        seen |= 1u << type;
        transform *to = &decoder->transforms[decoder->transform_count++];
        *to = (transform){type, 0, decoder->coded_width, NULL};
        decode_code code = DECODE_OK;
        if (type == PREDICTOR || type == CROSS_COLOR) {
            uint32_t *data;
            to->bits = 2 + read_header_bits(bits, 3);
            code = read_small_image(decoder, divide_up(to->width, to->bits), divide_up(height, to->bits), &data, why);
            to->data = data;
        } else if (type == COLOR_INDEXING) {
            code = read_color_table(decoder, to, why);
        }
        if (code) return code;
    }
    return DECODE_OK;
}

/* Numbers the groups that blocks use from 0, in `blocks` and in `numbers`, where the others keep UINT32_MAX. */
static uint32_t number_groups(uint32_t *blocks, size_t block_count, uint32_t *numbers, uint32_t group_count) {
    uint32_t used = 0;
    memset(numbers, 0xff, group_count * sizeof *numbers);
    for (size_t i = 0; i < block_count; i++) {
        uint32_t *number = &numbers[blocks[i]];
        if (*number == UINT32_MAX) *number = used++;
        blocks[i] = *number;
    }
    return used;
}

/* Section 6.2.2: which group each block of pixels uses. Groups that none uses are read, but not kept. */
static COLD decode_code read_groups(lossless_decoder *decoder, coded_image *image, refusal *why) {
    bit_reader *bits = &decoder->bits;
    uint32_t group_count = 1, used = 1, *numbers = NULL;
    if (read_header_bits(bits, 1)) {
        image->group_bits = 2 + read_header_bits(bits, 3);
        uint32_t columns = divide_up(image->width, image->group_bits),
                 rows = divide_up(image->height, image->group_bits);
        size_t block_count = (size_t)columns * rows;
        uint32_t *blocks;
        decode_code code = read_small_image(decoder, columns, rows, &blocks, why);
        if (code) return code;
        for (size_t i = 0; i < block_count; i++) {
            blocks[i] = blocks[i] >> 8 & 0xffff;
            if (blocks[i] >= group_count) group_count = blocks[i] + 1;
        }
        numbers = allocate(group_count * sizeof *numbers);
        if (!numbers) return refuse_memory(why);
        used = number_groups(blocks, block_count, numbers, group_count);
        image->group_of_block = blocks;
    }
    prefix_group *groups = allocate(used * sizeof *groups), unused;
    if (!groups) return refuse_memory(why);
    image->groups = groups;
    uint32_t *spare = allocate(sizeof(uint32_t) << 14);
    if (!spare) return refuse_memory(why);
    for (uint32_t i = 0; i < group_count; i++) {
        bool is_used = !numbers || numbers[i] != UINT32_MAX;
        table_pool spare_pool = {spare, (size_t)1 << 14, 0};
        decode_code code = read_prefix_group(bits, is_used ? &decoder->pool : &spare_pool, image->cache_bits,
                                             is_used ? &groups[numbers ? numbers[i] : i] : &unused, why);
        if (code) return code;
    }
    return DECODE_OK;
}

decode_code read_image_stream(lossless_decoder *decoder, byte_span data, uint32_t width, uint32_t height,
                              uint32_t *pixels, refusal *why) {
    decoder->bits = (bit_reader){data.bytes, data.bytes + data.size, 0, 0, false};
    decoder->pool = (table_pool){0};
    decoder->transform_count = 0;
    decoder->coded_width = width;
    decode_code code = read_transforms(decoder, height, why);
    if (code) return code;
    coded_image image = {decoder->coded_width, height, 0, 0, NULL, NULL};
    code = read_cache_bits(&decoder->bits, &image.cache_bits, why);
    if (!code) code = read_groups(decoder, &image, why);
    if (code) return code;
    return decode_pixels(decoder, &image, pixels + (size_t)(width - decoder->coded_width) * height, why);
}
