/* What scatter_elements and scatter_nd do with an element that has another one at its place already. */
#ifndef WEBPARITY_SCATTER_H
#define WEBPARITY_SCATTER_H

#include "../../program/instruction.h"

typedef enum { SCATTER_REPLACE, SCATTER_ADD, SCATTER_MULTIPLY, SCATTER_MAXIMUM, SCATTER_MINIMUM, SCATTER_COUNT } scatter_mode;

/* `count` elements of updates, from one place on, into out from another on. */
void merge_elements(uint32_t mode, const tensor *out, uint32_t to, const tensor *updates, uint32_t from, uint32_t count);
/* Whether a mode exists for a type: all but BOOL have all of them. */
bool has_scatter_mode(element_type type, uint32_t mode);

#endif
