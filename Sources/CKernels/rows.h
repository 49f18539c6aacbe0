#ifndef rows_h
#define rows_h

#include "clones.h"
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
    uint32_t bits;
    memcpy(&bits, &shifted, 4); /* the low bits of `shifted` hold n */
    bits = (bits << 23) + 0x3f800000;
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

/* Every row less its greatest element; a NaN fills its whole row. */
static inline __attribute__((always_inline)) void shift_rows(const float *source, size_t rows, size_t columns,
                                                             float *shifted) {
    for (size_t row = 0; row < rows; row++) {
        float greatest = row_maximum(source + row * columns, columns);
        for (size_t c = row * columns; c < (row + 1) * columns; c++) shifted[c] = source[c] - greatest;
    }
}

#endif
