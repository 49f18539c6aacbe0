#include "CKernels.h"
#include "clones.h"
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

/* Not a maximum: the processor's maximum of NaN and 0 is 0, and a NaN must not vanish. */
CLONES static void relu(const float *x, float *y, size_t count) {
    for (size_t i = 0; i < count; i++) y[i] = x[i] < 0 ? 0 : x[i];
}

CLONES static void relu_gradient(const float *dy, const float *y, float *dx, size_t count) {
    for (size_t i = 0; i < count; i++) dx[i] = y[i] <= 0 ? 0 : dy[i];
}

CLONES static void add_relu(const float *a, const float *b, float *restrict y, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float sum = a[i] + b[i];
        y[i] = sum < 0 ? 0 : sum;
    }
}

static void run_relu(void *data, int part) {
    const struct work *work = data;
    size_t at = start(work, part);
    relu(work->a + at, work->to + at, start(work, part + 1) - at);
}

static void run_relu_gradient(void *data, int part) {
    const struct work *work = data;
    size_t at = start(work, part);
    relu_gradient(work->a + at, work->b + at, work->to + at, start(work, part + 1) - at);
}

static void run_add_relu(void *data, int part) {
    const struct work *work = data;
    size_t at = start(work, part);
    add_relu(work->a + at, work->b + at, work->to + at, start(work, part + 1) - at);
}

static void run(part_body body, struct work *work, int threads) {
    kernel_run_parts(work->count < worth_threads ? 1 : threads, parts, body, work);
}

void kernel_relu(const float *x, float *y, size_t count, int threads) {
    struct work work = {x, NULL, y, count};
    run(run_relu, &work, threads);
}

void kernel_relu_gradient(const float *dy, const float *y, float *dx, size_t count, int threads) {
    struct work work = {dy, y, dx, count};
    run(run_relu_gradient, &work, threads);
}

void kernel_add_relu(const float *a, const float *b, float *y, size_t count, int threads) {
    struct work work = {a, b, y, count};
    run(run_add_relu, &work, threads);
}
