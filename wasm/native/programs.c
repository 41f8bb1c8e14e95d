/* Programs come in on standard input, what became of them goes out on standard output; words of 32 bits, little-endian.
   In: a program's size, its bytes. Out: its program_state, then of each input the number of bytes, where it is loaded.
   In, where it is loaded: 1 to run it, else 0; then the size and bytes of an image as take_pixels reads it, and each
   input's bytes. Out: the program_state, and where it ran: of each output the number of bytes, and the bytes. */
#include "programs.h"

#include <stdbool.h>
#include <stdio.h>

#include "../webparity.h"

static bool read_bytes(void *to, size_t size) { return size == 0 || fread(to, 1, size, stdin) == size; }

static bool write_bytes(const void *from, size_t size) { return size == 0 || fwrite(from, 1, size, stdout) == size; }

static uint32_t count_place_bytes(const value_place *place) {
    return place->elements * (uint32_t)get_element_size(place->type);
}

static bool read_image(void) {
    uint32_t size;
    if (!read_bytes(&size, sizeof size)) return false;
    uint8_t *room = reserve_input(size);
    if (!room || !read_bytes(room, size)) return false;
    take_pixels(size);
    return true;
}

static bool run(uint32_t input_count, uint32_t output_count) {
    if (!read_image()) return false;
    for (uint32_t i = 0; i < input_count; i++) {
        const value_place *place = find_input(i);
        if (!read_bytes(place->address, count_place_bytes(place))) return false;
    }
    const program_state *state = run_program(0);
    if (!write_bytes(state, sizeof *state)) return false;
    for (uint32_t i = 0; state->code == PROGRAM_OK && i < output_count; i++) {
        const value_place *place = find_output(i);
        uint32_t bytes = count_place_bytes(place);
        if (!write_bytes(&bytes, sizeof bytes) || !write_bytes(place->address, bytes)) return false;
    }
    return true;
}

static bool answer(uint32_t size) {
    uint8_t *room = reserve_program(size);
    if (!room || !read_bytes(room, size)) return false;
    program_state state = *load_program(size);
    if (!write_bytes(&state, sizeof state)) return false;
    for (uint32_t i = 0; state.code == PROGRAM_OK && i < state.input_count; i++) {
        uint32_t bytes = count_place_bytes(find_input(i));
        if (!write_bytes(&bytes, sizeof bytes)) return false;
    }
    if (fflush(stdout)) return false;
    if (state.code != PROGRAM_OK) return true;
    uint32_t runs;
    if (!read_bytes(&runs, sizeof runs)) return false;
    return !runs || (run(state.input_count, state.output_count) && fflush(stdout) == 0);
}

int answer_programs(void) {
    uint32_t size;
    while (fread(&size, sizeof size, 1, stdin) == 1) {
        if (!answer(size)) return 2;
    }
    reserve_program(0);
    return 0;
}
