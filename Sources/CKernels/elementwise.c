#include "CKernels.h"
#include "clones.h"

/* Shuffled rows lie on pages of their own, where no hardware prefetcher follows. */
enum { rows_ahead = 12, cache_line = 64 };

static inline void prefetch_row(const uint8_t *row, size_t stride) {
    for (size_t i = 0; i < stride; i += cache_line) __builtin_prefetch(row + i, 0, 2);
}

CLONES void kernel_gather_unit_floats(const uint8_t *restrict source, const int32_t *restrict indices, size_t count,
                                      size_t stride, float *restrict destination) {
    /* 1/255 in two parts, of which byte * high is exact (8 + 15 bits). All 256 values are tested to be correctly rounded. */
    const float high = 0x1.0101p-8f, low = (float)(1.0 / 255.0 - 0x1.0101p-8);
    for (size_t n = 0; n < count; n++) {
        if (n + rows_ahead < count) prefetch_row(source + (size_t)indices[n + rows_ahead] * stride, stride);
        const uint8_t *restrict row = source + (size_t)indices[n] * stride;
        float *restrict out = destination + n * stride;
        for (size_t i = 0; i < stride; i++) {
            float byte = (float)row[i];
            out[i] = byte * high + byte * low;
        }
    }
}

CLONES void kernel_add(float *restrict destination, const float *restrict source, size_t count) {
    for (size_t i = 0; i < count; i++) destination[i] += source[i];
}

CLONES void kernel_sum_of_two(float *restrict destination, const float *first, const float *second, size_t count) {
    for (size_t i = 0; i < count; i++) destination[i] = first[i] + second[i];
}

CLONES void kernel_scale_rows(float *restrict destination, const float *restrict source, const float *restrict factors,
                              size_t rows, size_t columns) {
    if (columns == 1) {
        for (size_t row = 0; row < rows; row++) destination[row] = source[row] * factors[row];
        return;
    }
    for (size_t row = 0; row < rows; row++)
        for (size_t i = row * columns; i < (row + 1) * columns; i++) destination[i] = source[i] * factors[row];
}

CLONES int kernel_all_finite(const float *values, size_t count) {
    int wrong = 0;
    /* The difference of a finite number with itself is 0, that of any other is NaN. */
    for (size_t i = 0; i < count; i++) wrong |= values[i] - values[i] != 0;
    return !wrong;
}

CLONES void kernel_scale(float *values, float factor, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] *= factor;
}

CLONES double kernel_sum_of_squares(const float *values, size_t count) {
    /* A fixed number of sums, so that the order is the same on every instruction set. */
    enum { lanes = 16 };
    double sums[lanes] = {0};
    size_t whole = count - count % lanes;
    for (size_t i = 0; i < whole; i += lanes)
        for (size_t lane = 0; lane < lanes; lane++) sums[lane] += (double)values[i + lane] * (double)values[i + lane];
    for (size_t i = whole; i < count; i++) sums[i - whole] += (double)values[i] * (double)values[i];
    for (size_t half = lanes / 2; half > 0; half /= 2)
        for (size_t lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
    return sums[0];
}

double kernel_sum(const float *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += (double)values[i];
    return sum;
}
