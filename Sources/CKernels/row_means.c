#include "channels.h"
#include "clones.h"

struct work {
    const struct kernel_channels *at;
    size_t channels;
    const float *from;
    float *to;
};

/* The channels of a tile that are no padding. */
INLINE size_t real(size_t channel, size_t width, size_t channels) {
    return channel + width <= channels ? width : channels - channel;
}

INLINE void mean_tile(const float *x, size_t rows, size_t stride, size_t width, float *mean, size_t count) {
    line sums[4] = {{0}}, value;
    size_t row = 0;
    for (; row + 4 <= rows; row += 4)
        for (size_t i = 0; i < 4; i++) {
            load_width(&value, x + (row + i) * stride, width);
            sums[i] += value;
        }
    for (; row < rows; row++) {
        load_width(&value, x + row * stride, width);
        sums[0] += value;
    }
    line sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) / (float)rows;
    store_width(mean, &sum, count);
}

INLINE void spread_tile(const float *gradient, size_t count, float *dx, size_t rows, size_t stride, size_t width) {
    line value;
    load_width(&value, gradient, count);
    value /= (float)rows;
    for (size_t row = 0; row < rows; row++) store_width(dx + row * stride, &value, width);
}

#define FOR_GROUPS(at, part)                                                                                           \
    for (size_t image = part_start((at)->images, part); image < part_start((at)->images, (part) + 1); image++)         \
        for (size_t group = 0; group < (at)->groups; group++)

CLONES static void means_part(const struct work *work, int part) {
    const struct kernel_channels *at = work->at;
    FOR_GROUPS(at, part) {
        const float *x = work->from + (image * at->groups + group) * at->rows * at->lanes;
        size_t first = group * at->lanes;
        float *means = work->to + image * work->channels + first;
#define TILE(width, lane)                                                                                              \
    mean_tile(x + lane, at->rows, at->lanes, width, means + lane, real(first + lane, width, work->channels))
        FOR_TILES(at->lanes, TILE);
#undef TILE
    }
}

CLONES static void spread_part(const struct work *work, int part) {
    const struct kernel_channels *at = work->at;
    FOR_GROUPS(at, part) {
        float *dx = work->to + (image * at->groups + group) * at->rows * at->lanes;
        size_t first = group * at->lanes;
        const float *gradient = work->from + image * work->channels + first;
#define TILE(width, lane)                                                                                              \
    spread_tile(gradient + lane, real(first + lane, width, work->channels), dx + lane, at->rows, at->lanes, width)
        FOR_TILES(at->lanes, TILE);
#undef TILE
    }
}

static void run_means(void *data, int part) {
    means_part(data, part);
}

static void run_spread(void *data, int part) {
    spread_part(data, part);
}

void kernel_row_means(const struct kernel_channels *at, const float *x, size_t channels, int threads, float *means) {
    struct work work = {at, channels, x, means};
    run_parts(element_count(at), threads, run_means, &work);
}

void kernel_spread_rows(const struct kernel_channels *at, const float *gradient, size_t channels, int threads,
                        float *dx) {
    struct work work = {at, channels, gradient, dx};
    run_parts(element_count(at), threads, run_spread, &work);
}
