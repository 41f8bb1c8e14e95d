/* Reading and writing of elements: integers by their width. A host may have written a BOOL that is neither 0 nor 1: it is read
   as it is, and counts as true. */
#include "elements.h"

#define READ(c_type)                                                      \
    {                                                                     \
        const c_type *from = (const c_type *)x->data + at;                \
        for (uint32_t i = 0; i < count; i++, from += step) to[i] = *from; \
        break;                                                            \
    }

static bool is_signed(element_type type) {
    return type == TYPE_INT8 || type == TYPE_INT16 || type == TYPE_INT32 || type == TYPE_INT64;
}

void read_integers(const tensor *x, uint32_t at, uint32_t step, uint32_t count, int64_t *to) {
    uint32_t width = (uint32_t)get_element_size(x->type), above = 64 - 8 * width;
    switch (width) {
        case 1: READ(uint8_t)
        case 2: READ(uint16_t)
        case 4: READ(uint32_t)
        default: READ(int64_t)
    }
    for (uint32_t i = 0; is_signed(x->type) && i < count; i++) to[i] = (int64_t)((uint64_t)to[i] << above) >> above;
}

void read_reals(const tensor *x, uint32_t at, uint32_t step, uint32_t count, double *to) {
    switch (x->type) {
        case TYPE_FLOAT: READ(float)
        default: READ(double)
    }
}

#define WRITE(c_type)                                                 \
    {                                                                 \
        c_type *to = (c_type *)out->data + at;                        \
        for (uint32_t i = 0; i < count; i++) to[i] = (c_type)from[i]; \
        break;                                                        \
    }

void write_reals(const tensor *out, uint32_t at, uint32_t count, const double *from) {
    switch (out->type) {
        case TYPE_FLOAT: WRITE(float)
        default: WRITE(double)
    }
}

void write_integers(const tensor *out, uint32_t at, uint32_t count, const int64_t *from) {
    switch (get_element_size(out->type)) {
        case 1: WRITE(uint8_t)
        case 2: WRITE(uint16_t)
        case 4: WRITE(uint32_t)
        default: WRITE(int64_t)
    }
}
