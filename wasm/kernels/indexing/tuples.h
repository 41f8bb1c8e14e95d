/* Where several indices together lead: for gather_nd and scatter_nd. */
#ifndef WEBPARITY_TUPLES_H
#define WEBPARITY_TUPLES_H

#include "indices.h"

typedef struct {
    uint32_t batch;  /* axes that indices and x share */
    uint32_t size;   /* indices of a tuple */
    uint32_t tuples; /* how many there are, and of each batch */
    uint32_t per_batch;
    uint32_t part; /* elements of x that a tuple names */
} tuple_layout;

/* Whether the batch is shared and the tuples name axes of x. */
bool fit_tuples(const tensor *indices, const tensor *x, uint32_t batch);
/* Of indices that fit. */
tuple_layout read_tuples(const tensor *indices, const tensor *x, uint32_t batch);
/* The number of the part of x that a tuple names, or UINT32_MAX where an index lies outside. */
uint32_t find_part(const tensor *indices, const tensor *x, const tuple_layout *layout, uint32_t tuple);

#endif
