/* The arena of the module: it begins behind the data and grows by pages of 64 KiB. */
#include "memory.h"

#ifdef __wasm__
enum { PAGE = 65536, ALIGNMENT = 16 };
extern uint8_t __heap_base;

static size_t top;

static uint64_t round_up(uint64_t size) { return (size + ALIGNMENT - 1) & ~(uint64_t)(ALIGNMENT - 1); }

size_t mark_memory(void) {
    if (top == 0) top = (size_t)round_up((size_t)&__heap_base);
    return top;
}

void release_memory(size_t mark) { top = mark; }

void *allocate(size_t size) {
    size_t start = mark_memory();
    /* 32-bit addresses: what does not fit below 4 GiB cannot be had. */
    uint64_t end = start + round_up(size);
    if (end > (uint64_t)65535 * PAGE) return NULL;
    size_t pages = __builtin_wasm_memory_size(0), wanted = (size_t)((end + PAGE - 1) / PAGE);
    if (wanted > pages && __builtin_wasm_memory_grow(0, wanted - pages) == (size_t)-1) return NULL;
    top = (size_t)end;
    return (void *)start;
}

/* What clang calls by itself; the names in brackets are not the macros. */
void *(memcpy)(void *restrict to, const void *restrict from, size_t size) { return memcpy(to, from, size); }

void *(memmove)(void *to, const void *from, size_t size) { return memmove(to, from, size); }

void *(memset)(void *to, int value, size_t size) { return memset(to, value, size); }

int memcmp(const void *left, const void *right, size_t size) {
    const uint8_t *a = left, *b = right;
    for (size_t i = 0; i < size; i++)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}
#else
#include <stdlib.h>

/* Natively each allocation is malloc's own, so that sanitizers see where it ends. */
enum { MOST = 4096 };
static void *given[MOST];
static size_t count;

size_t mark_memory(void) { return count; }

void release_memory(size_t mark) {
    while (count > mark) free(given[--count]);
}

void *allocate(size_t size) {
    if (count == MOST || size > ((size_t)1 << 31)) return NULL;
    void *memory = malloc(size ? size : 1);
    if (memory) given[count++] = memory;
    return memory;
}
#endif

void *allocate_zeros(size_t size) {
    void *memory = allocate(size);
    return memory ? memset(memory, 0, size) : NULL;
}
