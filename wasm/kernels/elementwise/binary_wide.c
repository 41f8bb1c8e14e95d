/* What binary computes of elements that have been widened to float64 or int64. */
#include "binary.h"

#include "../math/scalar.h"

static double compute_real(uint32_t kind, double x, double y) {
    double rest;
    switch (kind) {
        case BINARY_ADD: return x + y;
        case BINARY_SUBTRACT: return x - y;
        case BINARY_MULTIPLY: return x * y;
        case BINARY_DIVIDE: return x / y;
        case BINARY_POWER: return y == 2 ? x * x : power64(x, y);
        case BINARY_MINIMUM: return x != x || x < y || (x == y && get_bits64(x) >> 63) ? x : y;
        case BINARY_MAXIMUM: return x != x || x > y || (x == y && get_bits64(y) >> 63) ? x : y;
        case BINARY_MOD: /* with the sign of y */
            rest = remainder64(x, y);
            if (rest == 0) return copy_sign64(rest, y);
            return (rest < 0) != (y < 0) ? rest + y : rest;
        case BINARY_FMOD: return remainder64(x, y);
        default: return x >= 0 ? x : x * y;
    }
}

void compute_reals(uint32_t kind, double *a, const double *b, uint32_t count) {
    /* Most of what reductions do. */
    for (uint32_t i = 0; kind == BINARY_ADD && i < count; i++) a[i] += b[i];
    for (uint32_t i = 0; kind != BINARY_ADD && i < count; i++) a[i] = compute_real(kind, a[i], b[i]);
}

static uint64_t raise_integer(uint64_t x, uint64_t y) {
    uint64_t power = 1;
    for (; y; y >>= 1, x *= x) {
        if (y & 1) power *= x;
    }
    return power;
}

/* Quotient towards zero, or what is left; 0 where y is 0. */
static uint64_t divide(uint64_t x, uint64_t y, bool is_unsigned, bool rest) {
    if (y == 0) return 0;
    bool x_negative = !is_unsigned && x >> 63, y_negative = !is_unsigned && y >> 63;
    uint64_t a = x_negative ? 0 - x : x, b = y_negative ? 0 - y : y;
    uint64_t size = rest ? a % b : a / b;
    return (rest ? x_negative : x_negative != y_negative) ? 0 - size : size;
}

static bool is_less(uint64_t x, uint64_t y, bool is_unsigned) { return is_unsigned ? x < y : (int64_t)x < (int64_t)y; }

static uint64_t compute_integer(uint32_t kind, uint64_t x, uint64_t y, bool is_unsigned) {
    uint64_t rest;
    switch (kind) {
        case BINARY_ADD: return x + y;
        case BINARY_SUBTRACT: return x - y;
        case BINARY_MULTIPLY: return x * y;
        case BINARY_DIVIDE: return divide(x, y, is_unsigned, false);
        case BINARY_POWER:
            if (is_less(y, 0, is_unsigned)) return x == 1 ? 1 : x + 1 == 0 ? (y & 1 ? x : 1) : 0;
            return raise_integer(x, y);
        case BINARY_MINIMUM: return is_less(x, y, is_unsigned) ? x : y;
        case BINARY_MAXIMUM: return is_less(x, y, is_unsigned) ? y : x;
        case BINARY_MOD: /* with the sign of y */
            rest = divide(x, y, is_unsigned, true);
            return rest && !is_unsigned && (rest ^ y) >> 63 ? rest + y : rest;
        case BINARY_FMOD: return divide(x, y, is_unsigned, true);
        case BINARY_AND: return x && y;
        case BINARY_OR: return x || y;
        case BINARY_XOR: return !x != !y;
        case BINARY_BIT_AND: return x & y;
        case BINARY_BIT_OR: return x | y;
        case BINARY_BIT_XOR: return x ^ y;
        case BINARY_SHIFT_LEFT: return y < 64 ? x << y : 0;
        case BINARY_SHIFT_RIGHT:
            if (is_unsigned) return y < 64 ? x >> y : 0;
            return (uint64_t)((int64_t)x >> (y < 64 ? y : 63));
        default: return is_less(x, 0, is_unsigned) ? x * y : x;
    }
}

void compute_integers(uint32_t kind, int64_t *a, const int64_t *b, uint32_t count, bool is_unsigned) {
    for (uint32_t i = 0; i < count; i++) {
        a[i] = (int64_t)compute_integer(kind, (uint64_t)a[i], (uint64_t)b[i], is_unsigned);
    }
}

/* Of what two elements are to each other, bits 1 less, 2 equal, 4 greater, none where one is NaN: those that a kind takes. */
static const uint8_t TAKEN[] = {2, 1, 3, 4, 6};

void compare_reals(uint32_t kind, const double *a, const double *b, uint32_t count, uint8_t *out) {
    uint32_t taken = TAKEN[kind - BINARY_EQUAL];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t relation = (a[i] < b[i]) | (a[i] == b[i]) << 1 | (a[i] > b[i]) << 2;
        out[i] = (relation & taken) != 0;
    }
}

void compare_integers(uint32_t kind, const int64_t *a, const int64_t *b, uint32_t count, bool is_unsigned, uint8_t *out) {
    uint32_t taken = TAKEN[kind - BINARY_EQUAL];
    int64_t flip = is_unsigned ? INT64_MIN : 0;
    for (uint32_t i = 0; i < count; i++) {
        int64_t x = a[i] ^ flip, y = b[i] ^ flip;
        uint32_t relation = (x < y) | (x == y) << 1 | (x > y) << 2;
        out[i] = (relation & taken) != 0;
    }
}
