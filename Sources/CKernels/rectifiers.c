#include "clones.h"
#include "parts.h"

struct work {
    const float *a, *b;
    float *to;
    size_t count;
};

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
    size_t at = part_start(work->count, part);
    relu(work->a + at, work->to + at, part_start(work->count, part + 1) - at);
}

static void run_relu_gradient(void *data, int part) {
    const struct work *work = data;
    size_t at = part_start(work->count, part);
    relu_gradient(work->a + at, work->b + at, work->to + at, part_start(work->count, part + 1) - at);
}

static void run_add_relu(void *data, int part) {
    const struct work *work = data;
    size_t at = part_start(work->count, part);
    add_relu(work->a + at, work->b + at, work->to + at, part_start(work->count, part + 1) - at);
}

void kernel_relu(const float *x, float *y, size_t count, int threads) {
    struct work work = {x, NULL, y, count};
    run_parts(count, threads, run_relu, &work);
}

void kernel_relu_gradient(const float *dy, const float *y, float *dx, size_t count, int threads) {
    struct work work = {dy, y, dx, count};
    run_parts(count, threads, run_relu_gradient, &work);
}

void kernel_add_relu(const float *a, const float *b, float *y, size_t count, int threads) {
    struct work work = {a, b, y, count};
    run_parts(count, threads, run_add_relu, &work);
}
