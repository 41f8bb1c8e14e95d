/* Pixels from prefix codes: literals, copies, and colours of the cache (sections 5.2 and 6.2.3). */
#include "vp8l.h"

/* Section 5.2.2: short distance codes name a pixel near by: rows up in the upper half, 8 - columns in the lower. */
enum { NEAR_CODES = 120 };
static const uint8_t NEAR_PIXELS[NEAR_CODES] = {
    24,  7,   23,  25,  40, 6,  39,  41, 22,  26,  38,  42,  56,  5,   55, 57,  21,  27,  54,  58, 37,  43,  72, 4,
    71,  73,  20,  28,  53, 59, 70,  74, 36,  44,  88,  69,  75,  52,  60, 3,   87,  89,  19,  29, 86,  90,  35, 45,
    68,  76,  85,  91,  51, 61, 104, 2,  103, 105, 18,  30,  102, 106, 34, 46,  84,  92,  67,  77, 101, 107, 50, 62,
    120, 1,   119, 121, 83, 93, 17,  31, 100, 108, 66,  78,  118, 122, 33, 47,  117, 123, 49,  63, 99,  109, 82, 94,
    0,   116, 124, 65,  79, 16, 32,  98, 110, 48,  115, 125, 81,  95,  64, 114, 126, 97,  111, 80, 113, 127, 96, 112,
};

/* Section 5.2.2: lengths and distances are a prefix of up to 15 bits and up to 18 extra bits. */
static inline uint32_t read_extended(bit_reader *bits, uint32_t prefix) {
    if (prefix < 4) return prefix + 1;
    uint32_t extra = (prefix - 2) >> 1;
    return ((2 + (prefix & 1)) << extra) + read_ready_bits(bits, extra) + 1;
}

static inline uint32_t resolve_distance(uint32_t code, uint32_t width) {
    if (code > NEAR_CODES) return code - NEAR_CODES;
    uint32_t near = NEAR_PIXELS[code - 1];
    int32_t distance = (int32_t)((near >> 4) * width) + 8 - (int32_t)(near & 15);
    return distance < 1 ? 1 : (uint32_t)distance;
}

/* Copies forward, so that what was just written is repeated where distance is below length. */
static inline void copy_pixels(uint32_t *to, size_t distance, size_t length) {
    const uint32_t *from = to - distance;
    if (distance >= 4) SMALL_LOOP for (; length >= 4; length -= 4, to += 4, from += 4) memcpy(to, from, 16);
    SMALL_LOOP while (length-- > 0) *to++ = *from++;
}

/* Section 5.2.3. */
static inline uint32_t hash_color(uint32_t color, uint32_t cache_bits) {
    return (color * 0x1e35a7bdu) >> (32 - cache_bits);
}

static inline uint32_t read_literal(bit_reader *bits, const prefix_group *group, uint32_t green) {
    if (group->only_green) return group->fixed_pixel | green << 8;
    uint32_t red = read_symbol(bits, group->codes[RED]);
    refill_bits(bits);
    uint32_t blue = read_symbol(bits, group->codes[BLUE]);
    uint32_t alpha = read_symbol(bits, group->codes[ALPHA]);
    return alpha << 24 | red << 16 | green << 8 | blue;
}

/* All pixels up to `end` enter the cache, when it is next needed. */
static __attribute__((noinline)) const uint32_t *update_cache(uint32_t *cache, uint32_t cache_bits,
                                                              const uint32_t *from, const uint32_t *end) {
    SMALL_LOOP for (; from < end; from++) cache[hash_color(*from, cache_bits)] = *from;
    return from;
}

static inline const prefix_group *find_group(const coded_image *image, uint32_t groups_per_row, uint32_t x,
                                             uint32_t y) {
    return &image->groups[image->group_of_block[(size_t)(y >> image->group_bits) * groups_per_row +
                                                (x >> image->group_bits)]];
}

/* Checks a copy before it is made. */
static decode_code check_copy(const bit_reader *bits, size_t distance, size_t length, size_t before, size_t behind,
                              refusal *why) {
    if (is_past_end(bits)) return refuse(why, DECODE_TRUNCATED, "a WebP image whose data end early");
    if (distance > before || length > behind) return refuse(why, DECODE_CORRUPT, "a copy from outside a WebP image");
    return DECODE_OK;
}

decode_code decode_pixels(lossless_decoder *decoder, const coded_image *image, uint32_t *pixels, refusal *why) {
    bit_reader bits = decoder->bits;
    uint32_t *cache = decoder->cache;
    uint32_t cache_bits = image->cache_bits, width = image->width;
    uint32_t group_mask = image->group_of_block ? (1u << image->group_bits) - 1 : UINT32_MAX;
    uint32_t groups_per_row = divide_up(width, image->group_bits);
    uint32_t *at = pixels, *end = pixels + (size_t)width * image->height;
    const uint32_t *cached = pixels;
    const prefix_group *group = image->groups;
    uint32_t x = 0, y = 0;
    bool find = image->group_of_block != NULL; /* the group of this pixel is not known yet */
    if (cache_bits) memset(cache, 0, sizeof(uint32_t) << cache_bits);
    while (at < end) {
        if (find || ((x & group_mask) == 0 && image->group_of_block)) group = find_group(image, groups_per_row, x, y);
        find = false;
        uint32_t count = 1;
        if (group->one_pixel) {
            /* Without any bits, to the end of the block or of the row. */
            count = width - x;
            if (count > group_mask) count = group_mask + 1 - (x & group_mask);
            if (count > width - x) count = width - x;
            ROLLED for (uint32_t i = 0; i < count; i++) at[i] = group->fixed_pixel;
        } else {
            refill_bits(&bits);
            uint32_t symbol = read_symbol(&bits, group->codes[GREEN]);
            if (symbol < LITERALS) {
                *at = read_literal(&bits, group, symbol);
            } else if (symbol < LITERALS + LENGTHS) {
                count = read_extended(&bits, symbol - LITERALS);
                refill_bits(&bits);
                uint32_t prefix = read_symbol(&bits, group->codes[DISTANCE]);
                uint32_t distance = resolve_distance(read_extended(&bits, prefix), width);
                decode_code code = check_copy(&bits, distance, count, (size_t)(at - pixels), (size_t)(end - at), why);
                if (code) return code;
                copy_pixels(at, distance, count);
                find = image->group_of_block != NULL;
            } else {
                cached = update_cache(cache, cache_bits, cached, at);
                *at = cache[symbol - LITERALS - LENGTHS];
            }
        }
        at += count;
        x += count;
        if (x >= width) {
            y += x / width;
            x %= width;
            if (cache_bits) cached = update_cache(cache, cache_bits, cached, at);
            if (is_past_end(&bits)) break;
        }
    }
    decoder->bits = bits;
    return is_past_end(&bits) ? refuse(why, DECODE_TRUNCATED, "a WebP image whose data end early") : DECODE_OK;
}
