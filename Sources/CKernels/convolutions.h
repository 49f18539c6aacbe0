/* What the weight gradients of convolutions have in common. Results, and images of many channels, lie in blocks of channels, all
 * pixels of a block before those of the next. */
#ifndef convolutions_h
#define convolutions_h

#include "CKernels.h"
#include "lines.h"

enum { lanes = kernel_convolution_lanes };

/* One pixel of a block of channels. */
typedef float pixel __attribute__((vector_size(lanes * sizeof(float))));

INLINE size_t blocks_of(size_t channels) {
    return (channels + lanes - 1) / lanes;
}

INLINE size_t padded_width(const kernel_convolution *at) {
    return at->width + 2 * at->padding;
}

/* sums[lane] += the gradient's sum over the pixels of a block: in float32 here, in double over images. */
INLINE void add_gradient(const float *gradient, size_t pixels, double *sums) {
    pixel total = {0}, value;
    for (size_t i = 0; i < pixels; i++) {
        memcpy(&value, gradient + i * lanes, sizeof value);
        total += value;
    }
    for (size_t lane = 0; lane < lanes; lane++) sums[lane] += total[lane];
}

#endif
