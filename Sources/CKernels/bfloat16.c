#include "clones.h"
#include "parts.h"
#include <string.h>

struct work {
    const float *from;
    uint16_t *narrow;
    float *wide;
    size_t count;
};

/* The upper half is the bfloat16. In integers, because the processors' own conversions turn denormal numbers into 0. */
static inline uint32_t nearest(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    /* Half of the last place that is kept, less a bit where that place is even: ties go to even. A carry into the exponent is
     * right, up to infinity. */
    uint32_t rounded = bits + 0x7FFF + (bits >> 16 & 1);
    /* A NaN must not become an infinity by losing the lower half, nor overflow: it stays as it is, but quiet. */
    return (bits & 0x7FFFFFFF) > 0x7F800000 ? bits | 0x400000 : rounded;
}

CLONES static void narrow(const float *restrict from, uint16_t *restrict to, size_t count) {
    for (size_t i = 0; i < count; i++) to[i] = (uint16_t)(nearest(from[i]) >> 16);
}

CLONES static void widen(const float *restrict from, float *restrict to, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = nearest(from[i]) & 0xFFFF0000;
        memcpy(to + i, &bits, sizeof bits);
    }
}

static void run(void *data, int part) {
    const struct work *work = data;
    size_t at = part_start(work->count, part), count = part_start(work->count, part + 1) - at;
    if (work->narrow) {
        narrow(work->from + at, work->narrow + at, count);
    } else {
        widen(work->from + at, work->wide + at, count);
    }
}

void kernel_round_to_bfloat16(const float *source, uint16_t *destination, size_t count, int threads) {
    struct work work = {source, destination, NULL, count};
    run_parts(count, threads, run, &work);
}

void kernel_round_in_float32(const float *source, float *destination, size_t count, int threads) {
    struct work work = {source, NULL, destination, count};
    run_parts(count, threads, run, &work);
}
