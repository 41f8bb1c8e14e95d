/* An arena: memory that grows, and is given back by going back to a mark. */
#ifndef WEBPARITY_MEMORY_H
#define WEBPARITY_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Gives `size` bytes aligned to 16, not set to anything, or NULL where the machine has no more. */
void *allocate(size_t size);
/* Gives `size` bytes aligned to 16, all zero, or NULL. */
void *allocate_zeros(size_t size);
/* Marks where the arena ends now. */
size_t mark_memory(void);
/* Gives back all that was allocated since the mark. */
void release_memory(size_t mark);

/* As in the C library; clang calls them for struct copies too. */
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);

#ifdef __wasm__
/* Freestanding clang leaves calls of these names alone. The builtins become loads and stores where the size is constant,
   else the instructions memory.copy and memory.fill. Macros, since no inline function may bear these names. */
#define memcpy(to, from, size) __builtin_memcpy(to, from, size)
#define memmove(to, from, size) __builtin_memmove(to, from, size)
#define memset(to, value, size) __builtin_memset(to, value, size)
#endif

#endif
