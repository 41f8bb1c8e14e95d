/* The native build's program, for fuzzing: files come in on standard input, verdicts go out on standard output.
   In: a file's size (32 bits, little-endian; the highest bit asks for gray), its bytes. Out: code, width, height, CRC-32 of the pixels, length of the
   text (32 bits each), text. With an argument, programs come in: programs.c. */
#include <stdio.h>
#include <string.h>

#include "../checksum.h"
#include "../webparity.h"
#include "programs.h"

static int answer(const decode_result *result, const crc_tables *crc) {
    uint32_t size = result->width * result->height * 3;
    uint32_t hash = result->code == DECODE_OK ? update_crc(crc, 0, result->pixels, size) : 0;
    uint32_t length = (uint32_t)strlen(result->received);
    uint32_t record[5] = {result->code, result->width, result->height, hash, length};
    return fwrite(record, sizeof record, 1, stdout) == 1 && fwrite(result->received, 1, length, stdout) == length &&
           fflush(stdout) == 0;
}

int main(int count, char **arguments) {
    (void)arguments;
    if (count > 1) return answer_programs();
    static crc_tables crc;
    uint32_t size;
    build_crc_tables(&crc);
    while (fread(&size, sizeof size, 1, stdin) == 1) {
        bool luma = size >> 31;
        size &= INT32_MAX;
        uint8_t *input = reserve_input(size);
        if (!input || fread(input, 1, size, stdin) != size) return 2;
        if (!answer(luma ? decode_luma(size) : decode_image(size), &crc)) return 3;
    }
    reserve_input(0);
    return 0;
}
