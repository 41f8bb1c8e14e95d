/* Reading and writing of elements of every type, one loop each. A host may have written a BOOL that is neither 0 nor 1: it is
   read as it is, and counts as true. */
#include "elements.h"

#define READ(name, c_type)                                                              \
    case name: {                                                                        \
        const c_type *from = (const c_type *)x->data + at;                              \
        for (uint32_t i = 0; i < count; i++, from += step) to[i] = (NUMBER)*from;       \
        break;                                                                          \
    }
#define READ_INTEGERS        \
    READ(TYPE_UINT8, uint8_t)   \
    READ(TYPE_INT8, int8_t)     \
    READ(TYPE_UINT16, uint16_t) \
    READ(TYPE_INT16, int16_t)   \
    READ(TYPE_INT32, int32_t)   \
    READ(TYPE_UINT32, uint32_t) \
    READ(TYPE_INT64, int64_t)   \
    READ(TYPE_UINT64, uint64_t) \
    READ(TYPE_BOOL, uint8_t)

void read_reals(const tensor *x, uint32_t at, uint32_t step, uint32_t count, double *to) {
#define NUMBER double
    switch (x->type) {
        READ(TYPE_FLOAT, float)
        READ(TYPE_DOUBLE, double)
        READ_INTEGERS
        default: break;
    }
#undef NUMBER
}

void read_integers(const tensor *x, uint32_t at, uint32_t step, uint32_t count, int64_t *to) {
#define NUMBER int64_t
    switch (x->type) {
        READ_INTEGERS
        default: break;
    }
#undef NUMBER
}

#define WRITE(name, c_type)                                                       \
    case name: {                                                                  \
        c_type *to = (c_type *)out->data + at;                                    \
        for (uint32_t i = 0; i < count; i++) to[i] = (c_type)from[i];             \
        break;                                                                    \
    }

void write_reals(const tensor *out, uint32_t at, uint32_t count, const double *from) {
    switch (out->type) {
        WRITE(TYPE_FLOAT, float)
        WRITE(TYPE_DOUBLE, double)
        default: break;
    }
}

void write_integers(const tensor *out, uint32_t at, uint32_t count, const int64_t *from) {
    switch (out->type) {
        WRITE(TYPE_FLOAT, float)
        WRITE(TYPE_DOUBLE, double)
        WRITE(TYPE_UINT8, uint8_t)
        WRITE(TYPE_INT8, uint8_t)
        WRITE(TYPE_UINT16, uint16_t)
        WRITE(TYPE_INT16, uint16_t)
        WRITE(TYPE_INT32, uint32_t)
        WRITE(TYPE_UINT32, uint32_t)
        WRITE(TYPE_INT64, int64_t)
        WRITE(TYPE_UINT64, int64_t)
        case TYPE_BOOL:
            for (uint32_t i = 0; i < count; i++) ((uint8_t *)out->data)[at + i] = from[i] != 0;
            break;
        default: break;
    }
}
