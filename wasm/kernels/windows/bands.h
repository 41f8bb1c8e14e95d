/* Bands of a feature map: the rows that some rows of the output need, with zeros where the map ends. Where nothing is to
   be filled in, a band is the map itself. */
#ifndef WEBPARITY_BANDS_H
#define WEBPARITY_BANDS_H

#include "window.h"

typedef struct {
    const float *x;
    uint32_t height, width, channels;
    int32_t top, left;
    uint32_t spread_y, spread_x;
    bool copied;
    uint32_t band_width; /* pixels of a row of a band */
    size_t row_floats;   /* from row to row of a band */
} padded_map;

/* The map of x for an output whose windows reach over `rows` x `columns` padded pixels. */
padded_map describe_map(const tensor *x, const window_numbers *n, uint64_t rows, uint64_t columns);
/* Rows `first` to `first + rows` of the padded map; they are copied to `room` if that is needed. */
const float *take_band(const padded_map *map, uint32_t first, uint32_t rows, float *room);

#endif
