#include "CKernels.h"
#include "clones.h"
#include <math.h>
#include <string.h>
#pragma STDC FP_CONTRACT OFF

/* exp for x <= 0, to 1.5 ulp: reduction by ln 2 in two parts (Cody and Waite 1980) and a polynomial of degree 6 (Cephes'
 * coefficients). Below -87.3 the result is 0, NaN stays NaN. Branch-free, so that loops over it vectorise. */
static inline __attribute__((always_inline)) float exp_nonpositive(float x) {
    float bounded = x < -87.3f ? -87.3f : x;
    float shifted = bounded * 1.44269504f + 12582912.0f; /* adding 1.5 * 2^23 rounds to an integer */
    float n = shifted - 12582912.0f;
    float r = bounded - n * 0.693359375f - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    int32_t bits;
    memcpy(&bits, &shifted, 4); /* the low bits of `shifted` hold n */
    bits = (int32_t)((uint32_t)bits << 23) + 0x3f800000;
    float power;
    memcpy(&power, &bits, 4);
    return x < -87.3f ? 0.0f : p * power;
}

/* The greatest element; NaN when one is NaN. */
static inline __attribute__((always_inline)) float row_maximum(const float *row, size_t count) {
    float greatest = row[0];
    for (size_t i = 1; i < count; i++) greatest = row[i] > greatest || row[i] != row[i] ? row[i] : greatest;
    return greatest;
}

CLONES void kernel_softmax_cross_entropy(const float *restrict logits, const int32_t *restrict labels, size_t rows,
                                         size_t classes, float gradient_factor, float *restrict losses,
                                         float *restrict gradient) {
    for (size_t row = 0; row < rows; row++) {
        const float *x = logits + row * classes;
        float *shifted = gradient + row * classes;
        float greatest = row_maximum(x, classes);
        for (size_t c = 0; c < classes; c++) shifted[c] = x[c] - greatest;
        losses[row] = -shifted[labels[row]];
    }
    for (size_t i = 0; i < rows * classes; i++) gradient[i] = exp_nonpositive(gradient[i]);
    for (size_t row = 0; row < rows; row++) {
        float *p = gradient + row * classes;
        float sum = 0;
        for (size_t c = 0; c < classes; c++) sum += p[c];
        losses[row] += logf(sum);
        float factor = gradient_factor / sum;
        for (size_t c = 0; c < classes; c++) p[c] *= factor;
        p[labels[row]] -= gradient_factor;
    }
}

/* Every row without its greatest element, whose index is of no interest; a NaN fills the whole row. */
static inline __attribute__((always_inline)) void shift_rows(const float *source, size_t rows, size_t columns,
                                                             float *shifted) {
    for (size_t row = 0; row < rows; row++) {
        float greatest = row_maximum(source + row * columns, columns);
        for (size_t c = row * columns; c < (row + 1) * columns; c++) shifted[c] = source[c] - greatest;
    }
}

CLONES void kernel_softmax(const float *restrict source, size_t rows, size_t columns, float *restrict result) {
    shift_rows(source, rows, columns, result);
    for (size_t i = 0; i < rows * columns; i++) result[i] = exp_nonpositive(result[i]);
    for (size_t row = 0; row < rows; row++) {
        float *p = result + row * columns;
        float sum = 0;
        for (size_t c = 0; c < columns; c++) sum += p[c];
        float factor = 1 / sum;
        for (size_t c = 0; c < columns; c++) p[c] *= factor;
    }
}

CLONES void kernel_softmax_gradient(const float *restrict result, const float *restrict gradient, size_t rows,
                                    size_t columns, float *restrict source_gradient) {
    for (size_t row = 0; row < rows; row++) {
        const float *y = result + row * columns, *dy = gradient + row * columns;
        float *dx = source_gradient + row * columns;
        float mean = 0;
        for (size_t c = 0; c < columns; c++) mean += y[c] * dy[c];
        for (size_t c = 0; c < columns; c++) dx[c] = y[c] * (dy[c] - mean);
    }
}

CLONES void kernel_log_softmax(const float *restrict source, size_t rows, size_t columns, float *restrict exponentials,
                               float *restrict result) {
    shift_rows(source, rows, columns, result);
    for (size_t i = 0; i < rows * columns; i++) exponentials[i] = exp_nonpositive(result[i]);
    for (size_t row = 0; row < rows; row++) {
        float sum = 0;
        for (size_t c = row * columns; c < (row + 1) * columns; c++) sum += exponentials[c];
        float logarithm = logf(sum);
        for (size_t c = row * columns; c < (row + 1) * columns; c++) result[c] -= logarithm;
    }
}

CLONES void kernel_log_softmax_gradient(const float *restrict result, const float *restrict gradient, size_t rows,
                                        size_t columns, float *restrict source_gradient) {
    for (size_t i = 0; i < rows * columns; i++) source_gradient[i] = exp_nonpositive(result[i]);
    for (size_t row = 0; row < rows; row++) {
        const float *dy = gradient + row * columns;
        float *dx = source_gradient + row * columns;
        float sum = 0;
        for (size_t c = 0; c < columns; c++) sum += dy[c];
        for (size_t c = 0; c < columns; c++) dx[c] = dy[c] - dx[c] * sum;
    }
}

size_t kernel_count_correct(const float *logits, const int32_t *labels, size_t rows, size_t classes) {
    size_t correct = 0;
    for (size_t row = 0; row < rows; row++) {
        const float *x = logits + row * classes;
        float mine = x[labels[row]];
        int beaten = 0;
        for (size_t c = 0; c < classes; c++) {
            int earlier = c < (size_t)labels[row];
            /* Written so that any comparison with NaN counts as beaten. */
            beaten |= earlier ? !(x[c] < mine) : !(x[c] <= mine);
        }
        correct += !beaten;
    }
    return correct;
}
