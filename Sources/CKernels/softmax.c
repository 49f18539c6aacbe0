#include "CKernels.h"
#include "clones.h"
#include "rows.h"
#include <math.h>

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
