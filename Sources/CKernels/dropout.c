#include "clones.h"
#include "parts.h"

/* Random words take their time: an element is worth two of other loops'. */
enum { chunk = 64, element_worth = 2 };

/* Philox4x32-10 (Salmon et al. 2011, section 3.3) for the counters (first + i, sample, stream), i below chunk: words[w][i] is word w
 * of the i-th result. A loop over counters, so that every instruction works on several. */
static inline __attribute__((always_inline)) void philox(uint32_t first, uint32_t sample,
                                                         const struct kernel_random *random,
                                                         uint32_t words[4][chunk]) {
    const uint64_t low = 0xFFFFFFFF;
    for (uint32_t i = 0; i < chunk; i++) {
        /* Words in 64 bits, of which only the lower half counts: a vector unit multiplies just so. */
        uint64_t c0 = first + i, c1 = sample, c2 = random->stream[0], c3 = random->stream[1];
        uint32_t k0 = random->key[0], k1 = random->key[1];
        for (int round = 0; round < 10; round++) {
            uint64_t a = (c0 & low) * 0xD2511F53u, b = (c2 & low) * 0xCD9E8D57u;
            c0 = b >> 32 ^ c1 ^ k0;
            c1 = b;
            c2 = a >> 32 ^ c3 ^ k1;
            c3 = a;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        words[0][i] = (uint32_t)c0;
        words[1][i] = (uint32_t)c1;
        words[2][i] = (uint32_t)c2;
        words[3][i] = (uint32_t)c3;
    }
}

CLONES static void mask_sample(uint8_t *restrict mask, size_t elements, uint32_t sample,
                               const struct kernel_random *random, uint32_t dropped_below) {
    uint32_t words[4][chunk];
    size_t quarter = (elements + 3) / 4;
    for (size_t first = 0; first < quarter; first += chunk) {
        size_t count = quarter - first < chunk ? quarter - first : chunk;
        philox((uint32_t)first, sample, random, words);
        for (size_t w = 0; w < 4; w++) {
            size_t start = w * quarter + first, end = start + count < elements ? start + count : elements;
            for (size_t i = start; i < end; i++) mask[i] = words[w][i - start] >= dropped_below;
        }
    }
}

CLONES static void apply(float *restrict destination, const float *restrict source, const uint8_t *restrict mask,
                         float scale, size_t count) {
    /* A product, not a choice: a NaN must not vanish. */
    for (size_t i = 0; i < count; i++) destination[i] = source[i] * (mask[i] ? scale : 0.0f);
}

struct mask_work {
    uint8_t *mask;
    const int32_t *samples;
    size_t count, elements;
    const struct kernel_random *random;
    uint32_t dropped_below;
};

static void run_mask(void *data, int part) {
    const struct mask_work *work = data;
    for (size_t n = part_start(work->count, part); n < part_start(work->count, part + 1); n++)
        mask_sample(work->mask + n * work->elements, work->elements, (uint32_t)work->samples[n], work->random,
                    work->dropped_below);
}

void kernel_dropout_mask(uint8_t *mask, const int32_t *samples, size_t count, size_t elements,
                         const struct kernel_random *random, uint32_t dropped_below, int threads) {
    struct mask_work work = {mask, samples, count, elements, random, dropped_below};
    run_parts(count * elements * element_worth, threads, run_mask, &work);
}

struct apply_work {
    float *destination;
    const float *source;
    const uint8_t *mask;
    float scale;
    size_t count;
};

static void run_apply(void *data, int part) {
    const struct apply_work *work = data;
    size_t start = part_start(work->count, part), end = part_start(work->count, part + 1);
    apply(work->destination + start, work->source + start, work->mask + start, work->scale, end - start);
}

void kernel_dropout(float *destination, const float *source, const uint8_t *mask, float scale, size_t count,
                    int threads) {
    struct apply_work work = {destination, source, mask, scale, count};
    run_parts(count * element_worth, threads, run_apply, &work);
}
