/* Where an index along one axis leads: for gather_elements and scatter_elements. */
#ifndef WEBPARITY_PLACES_H
#define WEBPARITY_PLACES_H

#include "indices.h"

/* Whether each place of the indices, but along the axis, is one of x. */
bool fit_places(const tensor *indices, const tensor *x, uint32_t axis);
/* The element of x that belongs to an element of the indices, or UINT32_MAX where the index lies outside. */
uint32_t find_place(const tensor *indices, const tensor *x, uint32_t axis, uint32_t element);

#endif
