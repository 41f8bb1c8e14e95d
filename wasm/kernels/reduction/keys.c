/* Keys: the bits of float64 and of int64, so that they compare as numbers without a sign. */
#include "keys.h"

#define SIGN ((uint64_t)1 << 63)

void write_keys(const tensor *x, uint32_t at, uint32_t step, uint32_t count, bool smallest, uint64_t nan_key,
                uint64_t *keys) {
    double reals[BLOCK];
    int64_t integers[BLOCK];
    if (is_real(x->type)) read_reals(x, at, step, count, reals);
    else read_integers(x, at, step, count, integers);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t key;
        bool is_nan = false;
        if (is_real(x->type)) {
            double number = reals[i] + 0.0;
            memcpy(&key, &number, sizeof key);
            key ^= key & SIGN ? UINT64_MAX : SIGN;
            is_nan = number != number;
        } else {
            key = (uint64_t)integers[i] ^ (x->type == TYPE_UINT64 ? 0 : SIGN);
        }
        keys[i] = is_nan ? nan_key : smallest ? ~key : key;
    }
}
