#include "CKernels.h"
#include "clones.h"
#include "parallel.h"
#pragma STDC FP_CONTRACT OFF

enum { parts = 32, worth_threads = 1 << 15 };

struct work {
    const float *a, *b;
    float *to;
    size_t count;
};

static size_t start(const struct work *work, int part) {
    return work->count * (size_t)part / parts;
}

CLONES static void add_relu(const float *a, const float *b, float *restrict y, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float sum = a[i] + b[i];
        y[i] = sum < 0 ? 0 : sum;
    }
}

CLONES static void mask(float *restrict gradient, const float *restrict y, size_t count) {
    for (size_t i = 0; i < count; i++) gradient[i] = y[i] <= 0 ? 0 : gradient[i];
}

CLONES static void rectify(float *values, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] = values[i] < 0 ? 0 : values[i];
}

static void run_rectify(void *data, int part) {
    const struct work *work = data;
    size_t at = start(work, part);
    rectify(work->to + at, start(work, part + 1) - at);
}

static void run_add_relu(void *data, int part) {
    const struct work *work = data;
    size_t at = start(work, part);
    add_relu(work->a + at, work->b + at, work->to + at, start(work, part + 1) - at);
}

static void run_mask(void *data, int part) {
    const struct work *work = data;
    size_t at = start(work, part);
    mask(work->to + at, work->a + at, start(work, part + 1) - at);
}

void kernel_add_relu(const float *a, const float *b, float *y, size_t count, int threads) {
    struct work work = {a, b, y, count};
    kernel_run_parts(count < worth_threads ? 1 : threads, parts, run_add_relu, &work);
}

void kernel_mask_gradient(float *gradient, const float *y, size_t count, int threads) {
    struct work work = {y, 0, gradient, count};
    kernel_run_parts(count < worth_threads ? 1 : threads, parts, run_mask, &work);
}

void kernel_rectify(float *values, size_t count, int threads) {
    struct work work = {0, 0, values, count};
    kernel_run_parts(count < worth_threads ? 1 : threads, parts, run_rectify, &work);
}
