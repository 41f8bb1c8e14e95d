/* How the boolean entropy decoder takes in bytes. */
#include "bool_decoder.h"

bool_decoder load_bits(bool_decoder decoder) {
    if (decoder.end - decoder.next >= 8) {
        uint64_t bytes = 0;
        for (int i = 0; i < 7; i++) bytes = bytes << 8 | decoder.next[i];
        decoder.value = decoder.value << 56 | bytes;
        decoder.next += 7;
        decoder.bits += 56;
    } else {
        decoder.value <<= 8;
        if (decoder.next < decoder.end)
            decoder.value |= *decoder.next++;
        else
            decoder.ended = true;
        decoder.bits += 8;
    }
    return decoder;
}
