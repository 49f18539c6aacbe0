#include "CKernels.h"
#include "clones.h"
#include "lines.h"
#pragma STDC FP_CONTRACT OFF

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

/* Columns [from, columns) of rows [row, end), one by one: what fills no square. */
INLINE void edge(float *gradient, const float *mask, size_t rows, size_t columns, size_t row, size_t end, size_t from,
                 float *transposed, float *sums) {
    for (size_t r = row; r < end; r++)
        for (size_t c = from; c < columns; c++) {
            size_t at = r * columns + c;
            float value = mask && mask[at] <= 0 ? 0 : gradient[at];
            gradient[at] = value;
            if (transposed) transposed[c * rows + r] = value;
            if (sums) sums[c] += value;
        }
}

CLONES void kernel_linear_gradient(float *restrict gradient, const float *restrict mask, size_t rows, size_t columns,
                                   float *restrict transposed, float *restrict sums) {
    if (!mask && !transposed && !sums) return;
    if (sums) memset(sums, 0, columns * sizeof *sums);
    size_t row = 0;
    for (; row + side <= rows; row += side) {
        size_t column = 0;
        for (; column + side <= columns; column += side) {
            line square[side], sum = {0}, active;
            if (sums) load(&sum, sums + column);
            for (int i = 0; i < side; i++) {
                size_t at = (row + (size_t)i) * columns + column;
                load(&square[i], gradient + at);
                if (mask) {
                    load(&active, mask + at);
                    keep_where_active(&square[i], &active);
                    store(gradient + at, &square[i]);
                }
                sum += square[i];
            }
            if (sums) store(sums + column, &sum);
            if (!transposed) continue;
            transpose(square);
            for (int i = 0; i < side; i++) store(transposed + (column + (size_t)i) * rows + row, &square[i]);
        }
        edge(gradient, mask, rows, columns, row, row + side, column, transposed, sums);
    }
    edge(gradient, mask, rows, columns, row, rows, 0, transposed, sums);
}
