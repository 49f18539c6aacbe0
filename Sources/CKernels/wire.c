#include "CKernels.h"
#include "clones.h"

/* A bfloat16 is the upper half of a float32. */
static inline float widened(uint16_t value) {
    union {
        uint32_t bits;
        float number;
    } wide = {(uint32_t)value << 16};
    return wide.number;
}

CLONES void kernel_widen_bfloat16(const uint16_t *restrict source, float *restrict destination, size_t count) {
    for (size_t i = 0; i < count; i++) destination[i] = widened(source[i]);
}

CLONES void kernel_add_bfloat16(float *restrict destination, const uint16_t *restrict source, size_t count) {
    for (size_t i = 0; i < count; i++) destination[i] += widened(source[i]);
}
