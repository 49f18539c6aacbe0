/* One cache line of floats as a vector, in as many registers as the instruction set needs for it. */
#ifndef lines_h
#define lines_h

#include "clones.h"
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { side = 16 };
typedef float line __attribute__((vector_size(side * sizeof(float))));
typedef int32_t line_mask __attribute__((vector_size(side * sizeof(float))));

/* By pointer: a vector passed by value would need the same instruction set on both sides, inlined or not. */
INLINE void load(line *value, const float *from) {
    memcpy(value, from, sizeof *value);
}

INLINE void store(float *to, const line *value) {
    memcpy(to, value, sizeof *value);
}

/* Only the first `width` floats are read or written; the rest of the vector is 0. */
INLINE void load_width(line *value, const float *from, size_t width) {
    if (width < side) *value = (line){0};
    memcpy(value, from, width * sizeof(float));
}

INLINE void store_width(float *to, const line *value, size_t width) {
    memcpy(to, value, width * sizeof(float));
}

/* Elements where mask is not above 0 become 0; a NaN in mask lets them pass, as in PyTorch. */
INLINE void keep_where_active(line *value, const line *mask) {
    *value = (line)((line_mask)*value & ~(*mask <= 0));
}

#endif
