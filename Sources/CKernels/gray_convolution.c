#include "convolutions.h"
#include "parts.h"

enum { most_taps_at_once = 10 };

INLINE size_t taps(const kernel_convolution *at) {
    return at->kernel * at->kernel;
}

/* The floats of a padded image, as many as end with a double. */
INLINE size_t padded_size(const kernel_convolution *at) {
    return ((at->height + 2 * at->padding) * padded_width(at) + 1) / 2 * 2;
}

/* The sums of a block of channels: one tap after the other, and behind the last tap's those of the gradient alone. */
INLINE size_t sums_per_block(const kernel_convolution *at) {
    return (taps(at) + 1) * lanes;
}

INLINE size_t sums_per_part(const kernel_convolution *at) {
    return blocks_of(at->outputs) * sums_per_block(at);
}

size_t kernel_gray_scratch(const kernel_convolution *at) {
    return kernel_parts * (sums_per_part(at) * sizeof(double) + padded_size(at) * sizeof(float));
}

/* sums[tap] += the sum over one image of gradient * the source's pixel under the tap, for `rows` rows of the kernel. Both sizes
 * are constants, so that the sums of an image stay in registers: in float32 within an image, in double over images. */
INLINE void add_taps(const kernel_convolution *at, const float *source, const float *gradient, size_t rows,
                     size_t kernel, double *sums) {
    const size_t line_length = padded_width(at), stride = at->stride;
    pixel total[most_taps_at_once] = {{0}}, value;
    for (size_t row = 0; row < at->rows; row++) {
        const float *from = source + row * stride * line_length;
        for (size_t column = 0; column < at->columns; column++, from += stride, gradient += lanes) {
            memcpy(&value, gradient, sizeof value);
            _Pragma("clang loop unroll(full)") for (size_t k = 0; k < rows; k++)
                _Pragma("clang loop unroll(full)") for (size_t l = 0; l < kernel; l++)
                    total[k * kernel + l] += value * from[k * line_length + l];
        }
    }
    _Pragma("clang loop unroll(full)") for (size_t tap = 0; tap < rows * kernel; tap++)
        for (size_t lane = 0; lane < lanes; lane++) sums[tap * lanes + lane] += total[tap][lane];
}

/* All taps, as many rows of the kernel at a time as leave a register for each. */
INLINE void add_kernel(const kernel_convolution *at, const float *source, const float *gradient, double *sums) {
    const size_t line_length = padded_width(at), row = at->kernel * lanes;
    switch (at->kernel) {
        case 3: add_taps(at, source, gradient, 3, 3, sums); break;
        case 5:
            add_taps(at, source, gradient, 2, 5, sums);
            add_taps(at, source + 2 * line_length, gradient, 2, 5, sums + 2 * row);
            add_taps(at, source + 4 * line_length, gradient, 1, 5, sums + 4 * row);
            break;
        case 7:
            for (size_t k = 0; k < 7; k++) add_taps(at, source + k * line_length, gradient, 1, 7, sums + k * row);
            break;
    }
}

INLINE void pad(const kernel_convolution *at, const float *source, float *padded) {
    for (size_t row = 0; row < at->height; row++)
        memcpy(padded + (row + at->padding) * padded_width(at) + at->padding, source + row * at->width,
               at->width * sizeof *padded);
}

struct work {
    const kernel_convolution *at;
    const float *source, *gradient;
    double *sums;
    float *padded;
    int with_bias;
};

CLONES static void sum_images(const struct work *work, int part) {
    const kernel_convolution *at = work->at;
    const size_t pixels = at->rows * at->columns, end = part_start(at->images, part + 1);
    double *sums = work->sums + (size_t)part * sums_per_part(at);
    float *padded = work->padded + (size_t)part * padded_size(at);
    memset(sums, 0, sums_per_part(at) * sizeof *sums);
    memset(padded, 0, padded_size(at) * sizeof *padded);
    for (size_t image = part_start(at->images, part); image < end; image++) {
        pad(at, work->source + image * at->height * at->width, padded);
        for (size_t block = 0; block < blocks_of(at->outputs); block++) {
            const float *gradient = work->gradient + (image * blocks_of(at->outputs) + block) * pixels * lanes;
            double *of_block = sums + block * sums_per_block(at);
            add_kernel(at, padded, gradient, of_block);
            if (work->with_bias) add_gradient(gradient, pixels, of_block + taps(at) * lanes);
        }
    }
}

static void run_sum_images(void *data, int part) {
    sum_images(data, part);
}

static float sum_of_parts(const double *sums, size_t stride) {
    double sum = 0;
    for (size_t part = 0; part < kernel_parts; part++) sum += sums[part * stride];
    return (float)sum;
}

void kernel_gray_weight_gradient(const kernel_convolution *at, const float *source, const float *gradient,
                                 int threads, void *scratch, float *weights, float *bias) {
    double *sums = scratch;
    const size_t per_part = sums_per_part(at);
    struct work work = {at, source, gradient, sums, (float *)(sums + kernel_parts * per_part), bias != NULL};
    const size_t values = at->images * blocks_of(at->outputs) * at->rows * at->columns * lanes;
    run_parts(values, threads, run_sum_images, &work);
    for (size_t channel = 0; channel < at->outputs; channel++) {
        const double *of_channel = sums + channel / lanes * sums_per_block(at) + channel % lanes;
        for (size_t tap = 0; tap < taps(at); tap++)
            weights[channel * taps(at) + tap] = sum_of_parts(of_channel + tap * lanes, per_part);
        if (bias) bias[channel] = sum_of_parts(of_channel + taps(at) * lanes, per_part);
    }
}
