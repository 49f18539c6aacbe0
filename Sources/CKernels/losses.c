#include "CKernels.h"
#include "clones.h"
#include "rows.h"
#include <math.h>

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

CLONES void kernel_cross_entropy(const float *restrict logits, const float *restrict targets, size_t rows,
                                 size_t classes, float gradient_factor, float *restrict losses,
                                 float *restrict gradient) {
    shift_rows(logits, rows, classes, gradient);
    for (size_t row = 0; row < rows; row++) {
        float sum = 0;
        for (size_t c = row * classes; c < (row + 1) * classes; c++) sum -= targets[c] * gradient[c];
        losses[row] = sum;
    }
    for (size_t i = 0; i < rows * classes; i++) gradient[i] = exp_nonpositive(gradient[i]);
    for (size_t row = 0; row < rows; row++) {
        const float *t = targets + row * classes;
        float *p = gradient + row * classes;
        float sum = 0, weight = 0;
        for (size_t c = 0; c < classes; c++) sum += p[c];
        for (size_t c = 0; c < classes; c++) weight += t[c];
        losses[row] += weight * logf(sum);
        float factor = weight / sum;
        for (size_t c = 0; c < classes; c++) p[c] = (p[c] * factor - t[c]) * gradient_factor;
    }
}

CLONES void kernel_binary_cross_entropy(const float *restrict logits, const float *restrict targets, size_t count,
                                        float gradient_factor, float *restrict losses, float *restrict gradient) {
    for (size_t i = 0; i < count; i++) gradient[i] = exp_nonpositive(-fabsf(logits[i]));
    for (size_t i = 0; i < count; i++) {
        float positive = logits[i] < 0 ? 0 : logits[i];
        losses[i] = positive - logits[i] * targets[i] + log1pf(gradient[i]);
    }
    for (size_t i = 0; i < count; i++) {
        float sigmoid = (logits[i] < 0 ? gradient[i] : 1) / (1 + gradient[i]);
        gradient[i] = (sigmoid - targets[i]) * gradient_factor;
    }
}

void kernel_negative_log_likelihood(const float *restrict log_probabilities, const int32_t *restrict labels,
                                    size_t rows, size_t classes, float gradient_factor, float *restrict losses,
                                    float *restrict gradient) {
    memset(gradient, 0, rows * classes * sizeof *gradient);
    for (size_t row = 0; row < rows; row++) {
        losses[row] = -log_probabilities[row * classes + (size_t)labels[row]];
        gradient[row * classes + (size_t)labels[row]] = -gradient_factor;
    }
}

CLONES void kernel_half_squared_error(const float *restrict values, const float *restrict targets, size_t count,
                                      float gradient_factor, float *restrict losses, float *restrict gradient) {
    for (size_t i = 0; i < count; i++) {
        float difference = values[i] - targets[i];
        losses[i] = difference * difference * 0.5f;
        gradient[i] = difference * gradient_factor;
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

size_t kernel_count_correct_binary(const float *logits, const int32_t *labels, size_t count) {
    size_t correct = 0;
    for (size_t i = 0; i < count; i++) correct += labels[i] ? logits[i] > 0 : logits[i] <= 0;
    return correct;
}
