#include "bands.h"

padded_map describe_map(const tensor *x, const window_numbers *n, uint64_t rows, uint64_t columns) {
    padded_map map = {
        .x = x->data, .height = x->dims[1], .width = x->dims[2], .channels = x->dims[3],
        .top = n->top, .left = n->left, .spread_y = n->spread_y, .spread_x = n->spread_x,
    };
    bool spread = n->spread_y > 1 || n->spread_x > 1;
    map.copied = n->top || n->left || rows > map.height || columns > map.width || spread;
    map.band_width = map.copied ? (uint32_t)columns : map.width;
    map.row_floats = (size_t)map.band_width * map.channels;
    return map;
}

/* One row of x into one row of a band. */
static void copy_row(const padded_map *map, const float *from, float *to) {
    uint32_t pixel = map->channels;
    if (map->spread_x == 1) {
        int64_t begin = map->left > 0 ? map->left : 0, skipped = map->left < 0 ? -(int64_t)map->left : 0;
        if (skipped > map->width) skipped = map->width;
        int64_t count = (int64_t)map->width - skipped;
        if (begin > map->band_width) begin = map->band_width;
        if (count > map->band_width - begin) count = map->band_width - begin;
        clear_floats(to, (size_t)begin * pixel);
        copy_floats(to + (size_t)begin * pixel, from + (size_t)skipped * pixel, (size_t)count * pixel);
        clear_floats(to + (size_t)(begin + count) * pixel, (size_t)(map->band_width - begin - count) * pixel);
        return;
    }
    clear_floats(to, map->row_floats);
    int64_t first = map->left < 0 ? (-(int64_t)map->left + map->spread_x - 1) / map->spread_x : 0;
    int64_t at = map->left + first * map->spread_x;
    for (; first < map->width && at < map->band_width; first++, at += map->spread_x) {
        copy_floats(to + (size_t)at * pixel, from + (size_t)first * pixel, pixel);
    }
}

const float *take_band(const padded_map *map, uint32_t first, uint32_t rows, float *room) {
    if (!map->copied) return map->x + (size_t)first * map->row_floats;
    for (uint32_t i = 0; i < rows; i++) {
        int64_t at = (int64_t)first + i - map->top;
        float *to = room + i * map->row_floats;
        bool inside = at >= 0 && at % map->spread_y == 0 && at / map->spread_y < map->height;
        if (inside) copy_row(map, map->x + (size_t)(at / map->spread_y) * map->width * map->channels, to);
        else clear_floats(to, map->row_floats);
    }
    return room;
}
