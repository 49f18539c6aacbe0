#include "CKernels.h"
#include "clones.h"

#include <string.h>

/* A cache line of 32-bit words as a vector. Four of them are under way at once, to hide the latency of the product. */
enum { words_per_line = 16, lines = 4, lanes = words_per_line * lines };
typedef uint32_t words __attribute__((vector_size(words_per_line * sizeof(uint32_t))));

/* Odd, as all factors here: the product is then one to one, and no difference can get lost in it. */
static const uint32_t word_factor = 0x9E3779B1u;
static const uint64_t lane_factor = 0x9E3779B97F4A7C15u;

/* One to one in the lane for a given word, and in the word for a given lane. The rotation brings the difference of a highest bit
 * down, where the next product spreads it. */
#define MIX(lane, word)                                  \
    do {                                                 \
        (lane) = ((lane) ^ (word)) * word_factor;        \
        (lane) = ((lane) << 13) | ((lane) >> (32 - 13)); \
    } while (0)

static uint64_t fold(const uint32_t *lane, uint64_t hash) {
    for (size_t i = 0; i < lanes; i++) {
        hash = (hash ^ lane[i]) * lane_factor;
        hash ^= hash >> 32;
    }
    return hash;
}

CLONES uint64_t kernel_hash(const float *values, size_t count, uint64_t seed) {
    words lane[lines] = {{0}};
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        words word[lines];
        memcpy(word, values + i, sizeof word);
        MIX(lane[0], word[0]);
        MIX(lane[1], word[1]);
        MIX(lane[2], word[2]);
        MIX(lane[3], word[3]);
    }
    uint32_t last[lanes];
    memcpy(last, lane, sizeof last);
    for (size_t rest = i; rest < count; rest++) {
        uint32_t word;
        memcpy(&word, values + rest, sizeof word);
        MIX(last[rest - i], word);
    }
    return fold(last, (seed ^ count) * lane_factor);
}
