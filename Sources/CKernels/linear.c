#include "clones.h"
#include "lines.h"
#include "parts.h"

/* Exchanges, between each two lines whose numbers differ in one bit only, the elements whose index has that bit in the one and
 * lacks it in the other. Four rounds, one a bit, transpose a square. */
INLINE void transpose(line square[side]) {
    for (int i = 0; i < side; i++) {
        if (i & 1) continue;
        line a = square[i], b = square[i | 1];
        square[i] = __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
        square[i | 1] = __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
    }
    for (int i = 0; i < side; i++) {
        if (i & 2) continue;
        line a = square[i], b = square[i | 2];
        square[i] = __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
        square[i | 2] = __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
    }
    for (int i = 0; i < side; i++) {
        if (i & 4) continue;
        line a = square[i], b = square[i | 4];
        square[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
        square[i | 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    }
    for (int i = 0; i < side; i++) {
        if (i & 8) continue;
        line a = square[i], b = square[i | 8];
        square[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
        square[i | 8] = __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    }
}

struct work {
    float *gradient;
    const float *mask;
    size_t rows, columns;
    float *transposed, *sums;
    size_t parts;
};

/* The first column of a part; squares stay whole. */
static size_t start(const struct work *work, size_t part) {
    size_t squares = (work->columns + side - 1) / side, column = squares * part / work->parts * side;
    return column < work->columns ? column : work->columns;
}

/* Columns [from, to) of rows [row, end), one by one: what fills no square. */
INLINE void edge(const struct work *work, size_t row, size_t end, size_t from, size_t to) {
    for (size_t r = row; r < end; r++)
        for (size_t c = from; c < to; c++) {
            size_t at = r * work->columns + c;
            float value = work->mask && work->mask[at] <= 0 ? 0 : work->gradient[at];
            work->gradient[at] = value;
            if (work->transposed) work->transposed[c * work->rows + r] = value;
            if (work->sums) work->sums[c] += value;
        }
}

INLINE void square(const struct work *work, size_t row, size_t column) {
    line square[side], sum = {0}, active;
    if (work->sums) load(&sum, work->sums + column);
    for (int i = 0; i < side; i++) {
        size_t at = (row + (size_t)i) * work->columns + column;
        load(&square[i], work->gradient + at);
        if (work->mask) {
            load(&active, work->mask + at);
            keep_where_active(&square[i], &active);
            store(work->gradient + at, &square[i]);
        }
        sum += square[i];
    }
    if (work->sums) store(work->sums + column, &sum);
    if (!work->transposed) return;
    transpose(square);
    for (int i = 0; i < side; i++) store(work->transposed + (column + (size_t)i) * work->rows + row, &square[i]);
}

CLONES static void columns(const struct work *work, size_t from, size_t to) {
    if (work->sums) memset(work->sums + from, 0, (to - from) * sizeof *work->sums);
    size_t row = 0;
    for (; row + side <= work->rows; row += side) {
        size_t column = from;
        for (; column + side <= to; column += side) square(work, row, column);
        edge(work, row, row + side, column, to);
    }
    edge(work, row, work->rows, from, to);
}

static void run(void *data, int part) {
    const struct work *work = data;
    columns(work, start(work, (size_t)part), start(work, (size_t)part + 1));
}

/* One part a thread: narrow ones would jump through memory. Each column is added up by itself, so the cut changes no bit. */
void kernel_linear_gradient(float *gradient, const float *mask, size_t rows, size_t columns, int threads,
                            float *transposed, float *sums) {
    if (!mask && !transposed && !sums) return;
    int parts = useful_threads(rows * columns, threads);
    struct work work = {gradient, mask, rows, columns, transposed, sums, (size_t)parts};
    kernel_run_parts(parts, parts, run, &work);
}
