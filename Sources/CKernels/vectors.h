#ifndef vectors_h
#define vectors_h

#include <stdint.h>
#include <string.h>

/* One cache line of floats, in as many registers as the instruction set needs for it. */
enum { side = 16 };
typedef float line __attribute__((vector_size(side * sizeof(float))));
typedef int32_t line_mask __attribute__((vector_size(side * sizeof(float))));

#define INLINE static inline __attribute__((always_inline))

/* By pointer: a vector passed by value would need the same instruction set on both sides, inlined or not. */
INLINE void load(line *value, const float *from) {
    memcpy(value, from, sizeof *value);
}

INLINE void store(float *to, const line *value) {
    memcpy(to, value, sizeof *value);
}

#endif
