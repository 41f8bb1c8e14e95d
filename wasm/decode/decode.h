/* Which decoder reads a file. */
#ifndef WEBPARITY_DECODE_DECODE_H
#define WEBPARITY_DECODE_DECODE_H

#include "image.h"

typedef decode_code decoder(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why);

/* Finds the decoder by the file's first bytes; NULL, with the reason, for an empty file or another format. */
decoder *find_decoder(const uint8_t *bytes, size_t size, refusal *why);

#endif
