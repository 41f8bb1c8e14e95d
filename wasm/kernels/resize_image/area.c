/* OpenCV's INTER_AREA of bytes: the mean over the area that an output pixel covers, exact, rounded to whole levels; a tie
   goes to the even level, but upwards where both sides are halved. Times in * out covered parts are integers. */
#include "byte_rows.h"
#include "neighbours.h"

/* How much of input pixel p output pixel i covers, in units of 1 / out. */
static inline uint32_t measure_coverage(uint32_t in, uint32_t out, uint32_t i, uint32_t p) {
    uint32_t begin = i * in > p * out ? i * in : p * out;
    uint32_t end = (i + 1) * in < (p + 1) * out ? (i + 1) * in : (p + 1) * out;
    return end > begin ? end - begin : 0;
}

static inline uint32_t count_covered(uint32_t in, uint32_t out, uint32_t i) {
    return ((i + 1) * in + out - 1) / out - i * in / out;
}

static float round_mean(const resize_task *t, uint64_t sum) {
    uint64_t area = (uint64_t)t->in_height * t->in_width, twice = 2 * sum + area;
    uint64_t mean = twice / (2 * area);
    bool halved = t->in_height == 2 * t->y.full && t->in_width == 2 * t->x.full;
    if (!halved && twice % (2 * area) == 0 && mean % 2) mean--;
    return (float)mean;
}

static void average_columns(const resize_task *t, const uint32_t *sums, float *to) {
    uint32_t in = t->in_width, out = t->x.full;
    for (uint32_t x = t->x.start; x < t->x.start + t->x.length; x++) {
        uint32_t first = x * in / out, count = count_covered(in, out, x);
        for (uint32_t k = 0; k < t->depth; k++) {
            uint64_t sum = 0;
            for (uint32_t i = 0; i < count; i++) {
                sum += (uint64_t)sums[(first + i) * t->depth + k] * measure_coverage(in, out, x, first + i);
            }
            *to++ = round_mean(t, sum);
        }
    }
}

program_code resize_area_like_opencv(const resize_task *t) {
    if (t->in_height < t->y.full || t->in_width < t->x.full) return interpolate_area_like_opencv(t);
    byte_rows rows;
    size_t length = (size_t)t->in_width * t->depth;
    uint32_t *sums = allocate(length * sizeof *sums);
    if (!open_byte_rows(t, &LUMA_OPENCV, &rows) || !sums) return PROGRAM_OUT_OF_MEMORY;
    uint32_t in = t->in_height, out = t->y.full;
    for (uint32_t i = 0; i < t->y.length; i++) {
        uint32_t y = i + t->y.start, first = y * in / out, count = count_covered(in, out, y);
        memset(sums, 0, length * sizeof *sums);
        for (uint32_t p = first; p < first + count; p++) {
            add_weighted_bytes(sums, read_byte_row(&rows, p), length, measure_coverage(in, out, y, p));
        }
        average_columns(t, sums, get_out_row(t, i));
    }
    return PROGRAM_OK;
}
