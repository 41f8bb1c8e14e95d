/* The decoder of JPEG files: markers, then MCU row by MCU row to pixels. Which files: docs/decode-contract.md. */
#include "jpeg.h"

BEGIN_COLD

/* Decodes an MCU row's samples into each component's ring. */
static decode_code decode_row(jpeg *d, uint32_t row) {
    if (d->progressive) return reconstruct_row(d, row);
    for (uint32_t i = 0; i < d->scan_count; i++) {
        decode_code code = decode_sequential_row(d, &d->scans[i], row);
        if (code) return code;
    }
    return DECODE_OK;
}

static decode_code require_all_components(jpeg *d) {
    if (d->progressive) return require_all_coefficients(d);
    for (uint32_t i = 0; i < d->component_count; i++) {
        if (!d->components[i].in_sequential_scan) return refuse(d->why, DECODE_TRUNCATED, "a component without a scan");
    }
    return DECODE_OK;
}

static decode_code decode_rows(jpeg *d) {
    uint32_t emitted = 0, lines = 8 * d->max_v;
    for (uint32_t row = 0; row < d->mcus_down; row++) {
        decode_code code = decode_row(d, row);
        if (code) return code;
        /* The last lines of a row wait for the rows below them, which upsampling reads. */
        uint32_t known = row + 1 == d->mcus_down ? d->height : (row + 1) * lines - d->max_v;
        emit_rows(d, emitted, known);
        emitted = known;
    }
    return DECODE_OK;
}

decode_code decode_jpeg(const uint8_t *bytes, size_t size, rgb_image *out, refusal *why) {
    if (size < 3 || bytes[0] != 0xFF || bytes[1] != SOI || bytes[2] != 0xFF) {
        return refuse(why, DECODE_FORMAT, "a file that does not begin as a JPEG");
    }
    jpeg *d = allocate_zeros(sizeof *d);
    if (!d) return refuse(why, DECODE_OUT_OF_MEMORY, "no room for the decoder");
    d->bytes = bytes;
    d->size = size;
    d->out = out;
    d->why = why;
    d->orientation = 1;
    decode_code code = read_markers(d);
    if (!code) code = require_all_components(d);
    if (!code) code = prepare_output(d);
    if (!code) code = decode_rows(d);
    if (!code) finish_output(d);
    return code;
}

END_COLD
