/* The orientation in an APP1 segment: the first directory of a TIFF structure, as Pillow reads it. */
#include "jpeg.h"

BEGIN_COLD

enum { ORIENTATION = 0x0112, ENTRY = 12 };
enum { SHORT = 3, LONG = 4, SIGNED_BYTE = 6, SIGNED_SHORT = 8, SIGNED_LONG = 9, IFD = 13 };

typedef struct {
    const uint8_t *bytes;
    size_t size;
    int big;
} tiff;

static uint32_t read_number(const tiff *t, size_t at, uint32_t size) {
    uint32_t value = 0;
    for (uint32_t i = 0; i < size; i++) value = value << 8 | t->bytes[at + (t->big ? i : size - 1 - i)];
    return value;
}

/* Bytes of one value of each type, 0 for types that Pillow does not know. */
static const uint8_t SIZES[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};

static int is_integer(uint32_t type) {
    return type == SHORT || type == LONG || type == IFD || type == SIGNED_BYTE || type == SIGNED_SHORT ||
           type == SIGNED_LONG;
}

/* Reads the first value of the entry at `at`; 0 where the entry does not count. */
static int read_entry(const tiff *t, size_t at, uint32_t *value) {
    uint32_t type = read_number(t, at + 2, 2);
    uint64_t count = read_number(t, at + 4, 4), place = at + 8;
    uint32_t size = type < sizeof SIZES ? SIZES[type] : 0;
    if (count * size == 0) return 0;
    if (count * size > 4) place = read_number(t, at + 8, 4);
    if (place + count * size > t->size) return 0;
    *value = is_integer(type) ? read_number(t, (size_t)place, size) : 0;
    return 1;
}

uint8_t read_orientation(const uint8_t *body, size_t length) {
    static const uint8_t MARK[6] = {'E', 'x', 'i', 'f', 0, 0};
    for (int i = 0; i < 2 && length >= 6 && memcmp(body, MARK, 6) == 0; i++) {
        body += 6;
        length -= 6;
    }
    if (length < 8) return 1;
    tiff t = {body, length, body[0] == 'M'};
    if (body[0] != body[1] || (body[0] != 'M' && body[0] != 'I')) return 1;
    if (!(body[2] == 0x2A && body[3] == 0) && !(body[2] == 0 && body[3] == 0x2A)) return 1;
    uint64_t directory = read_number(&t, 4, 4);
    if (directory + 2 > length) return 1;
    uint64_t at = directory + 2;
    for (uint32_t left = read_number(&t, (size_t)directory, 2); left > 0 && at + ENTRY <= length; left--, at += ENTRY) {
        uint32_t value;
        if (read_number(&t, (size_t)at, 2) != ORIENTATION || !read_entry(&t, (size_t)at, &value)) continue;
        return value >= 1 && value <= 8 ? (uint8_t)value : 1;
    }
    return 1;
}

END_COLD
