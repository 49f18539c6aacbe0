#include "CKernels.h"
#include "clones.h"
#include "lines.h"
#include "parallel.h"

typedef float half_line __attribute__((vector_size(side / 2 * sizeof(float))));

/* Images go by in so many parts, which threads share. */
enum { parts = kernel_gray_parts, worth_threads = 1 << 15 };

INLINE size_t taps(const kernel_gray_convolution *at) {
    return at->kernel * at->kernel;
}

INLINE size_t padded_width(const kernel_gray_convolution *at) {
    return at->width + 2 * at->padding;
}

INLINE size_t padded_size(const kernel_gray_convolution *at) {
    return (at->height + 2 * at->padding) * padded_width(at);
}

/* A part's sums: of all channels one tap after the other, and behind the last tap's the sum of the gradient alone. */
INLINE size_t sums_per_part(const kernel_gray_convolution *at) {
    return at->groups * at->lanes * (taps(at) + 1);
}

size_t kernel_gray_scratch(const kernel_gray_convolution *at) {
    size_t doubles = sums_per_part(at) * sizeof(double), floats = padded_size(at) * sizeof(float);
    return parts * (doubles + (floats + sizeof(double) - 1) / sizeof(double) * sizeof(double));
}

/* sums[tap][lane] += the sum over one image of gradient * the source's pixel under the tap, for `rows` rows of the kernel. Both
 * constant, so that the sums of an image stay in registers: float32 for the few hundred pixels of one, double beyond. */
#define DEFINE_ADD_TAPS(name, vector)                                                                                  \
    INLINE void name(const kernel_gray_convolution *at, const float *source, const float *gradient, size_t rows,       \
                     size_t kernel, double *sums) {                                                                    \
        const size_t line_length = padded_width(at), stride = at->stride, lanes = sizeof(vector) / sizeof(float);      \
        vector total[12] = {{0}}, value;                                                                               \
        for (size_t row = 0; row < at->rows; row++) {                                                                  \
            const float *from = source + row * stride * line_length;                                                   \
            for (size_t column = 0; column < at->columns; column++, from += stride, gradient += lanes) {               \
                memcpy(&value, gradient, sizeof value);                                                                \
                _Pragma("clang loop unroll(full)") for (size_t k = 0; k < rows; k++)                                   \
                    _Pragma("clang loop unroll(full)") for (size_t l = 0; l < kernel; l++)                             \
                        total[k * kernel + l] += value * from[k * line_length + l];                                    \
            }                                                                                                          \
        }                                                                                                              \
        _Pragma("clang loop unroll(full)") for (size_t tap = 0; tap < rows * kernel; tap++)                            \
            for (size_t lane = 0; lane < lanes; lane++) sums[tap * lanes + lane] += total[tap][lane];                  \
    }

DEFINE_ADD_TAPS(add_taps_of_half_line, half_line)
DEFINE_ADD_TAPS(add_taps_of_line, line)

INLINE void add_taps(const kernel_gray_convolution *at, const float *source, const float *gradient, size_t rows,
                     size_t kernel, double *sums) {
    if (at->lanes == side) return add_taps_of_line(at, source, gradient, rows, kernel, sums);
    add_taps_of_half_line(at, source, gradient, rows, kernel, sums);
}

/* All taps, as many rows of the kernel at a time as leave a register for each. */
INLINE void add_kernel(const kernel_gray_convolution *at, const float *source, const float *gradient, double *sums) {
    const size_t row = padded_width(at), of_row = at->kernel * at->lanes;
    if (at->kernel == 3) return add_taps(at, source, gradient, 3, 3, sums);
    if (at->kernel == 5) {
        add_taps(at, source, gradient, 2, 5, sums);
        add_taps(at, source + 2 * row, gradient, 2, 5, sums + 2 * of_row);
        return add_taps(at, source + 4 * row, gradient, 1, 5, sums + 4 * of_row);
    }
    for (size_t k = 0; k < 7; k++) add_taps(at, source + k * row, gradient, 1, 7, sums + k * of_row);
}

INLINE void add_gradient(const float *gradient, size_t pixels, size_t lanes, double *sums) {
    line total = {0}, value;
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        load_width(&value, gradient + pixel * lanes, lanes);
        total += value;
    }
    for (size_t lane = 0; lane < lanes; lane++) sums[lane] += total[lane];
}

INLINE void pad(const kernel_gray_convolution *at, const float *source, float *padded) {
    for (size_t row = 0; row < at->height; row++)
        memcpy(padded + (row + at->padding) * padded_width(at) + at->padding, source + row * at->width,
               at->width * sizeof *padded);
}

CLONES static void sum_images(const kernel_gray_convolution *at, const float *source, const float *gradient, int part,
                              float *padded, double *sums) {
    const size_t pixels = at->rows * at->columns, of_group = (taps(at) + 1) * at->lanes;
    size_t end = at->images * (size_t)(part + 1) / parts;
    memset(sums, 0, sums_per_part(at) * sizeof *sums);
    memset(padded, 0, padded_size(at) * sizeof *padded);
    for (size_t image = at->images * (size_t)part / parts; image < end; image++) {
        pad(at, source + image * at->height * at->width, padded);
        for (size_t group = 0; group < at->groups; group++) {
            const float *from = gradient + (image * at->groups + group) * pixels * at->lanes;
            double *to = sums + group * of_group;
            /* Constants, so that each has its own loops. */
            if (at->lanes == side) {
                add_kernel(at, padded, from, to);
                add_gradient(from, pixels, side, to + taps(at) * side);
            } else {
                add_kernel(at, padded, from, to);
                add_gradient(from, pixels, side / 2, to + taps(at) * (side / 2));
            }
        }
    }
}

struct work {
    const kernel_gray_convolution *at;
    const float *source, *gradient;
    double *sums;
    float *padded;
    size_t padded_stride;
};

static void run_sum_images(void *data, int part) {
    const struct work *work = data;
    sum_images(work->at, work->source, work->gradient, part, work->padded + (size_t)part * work->padded_stride,
               work->sums + (size_t)part * sums_per_part(work->at));
}

INLINE double sum_of_parts(const double *sums, size_t stride) {
    double sum = 0;
    for (size_t part = 0; part < parts; part++) sum += sums[part * stride];
    return sum;
}

void kernel_gray_weight_gradient(const kernel_gray_convolution *at, const float *source, const float *gradient,
                                 size_t channels, int threads, void *scratch, float *weights, float *bias) {
    size_t of_part = sums_per_part(at), padded = (padded_size(at) + 1) / 2 * 2;
    double *sums = scratch;
    struct work work = {at, source, gradient, sums, (float *)(sums + parts * of_part), padded};
    size_t values = at->images * at->groups * at->rows * at->columns * at->lanes;
    kernel_run_parts(values < worth_threads ? 1 : threads, parts, run_sum_images, &work);
    for (size_t channel = 0; channel < channels; channel++) {
        const double *of_channel =
            sums + channel / at->lanes * (taps(at) + 1) * at->lanes + channel % at->lanes;
        for (size_t tap = 0; tap < taps(at); tap++)
            weights[channel * taps(at) + tap] = (float)sum_of_parts(of_channel + tap * at->lanes, of_part);
        if (bias) bias[channel] = (float)sum_of_parts(of_channel + taps(at) * at->lanes, of_part);
    }
}
