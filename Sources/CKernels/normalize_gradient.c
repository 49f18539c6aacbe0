#include "channels.h"
#include "clones.h"

/* Where the rectifier behind a normalisation let nothing through: told from its result, or computed again from x, to the same bits
 * as in the forward pass, which spares the reading of y. */
enum mask { mask_none, mask_result, mask_recomputed };

struct work {
    const struct kernel_channels *at;
    const struct kernel_normalization *by;
    const float *x, *y, *mean_gradient, *slope;
    float *dy, *dx;
    double *sums;
};

struct tile {
    line mean, scale, shift;
};

INLINE void load_tile(struct tile *tile, const struct kernel_normalization *by, size_t channel, size_t width) {
    load_width(&tile->mean, by->mean + channel, width);
    load_width(&tile->scale, by->scale + channel, width);
    load_width(&tile->shift, by->shift + channel, width);
}

/* distance = x - mean, and d = dy behind the rectifier. */
INLINE void load_row(const struct tile *tile, const float *x, const float *dy, size_t width, enum mask mask,
                     line *distance, line *d) {
    load_width(distance, x, width);
    load_width(d, dy, width);
    *distance -= tile->mean;
    if (mask == mask_recomputed) {
        line y = *distance * tile->scale + tile->shift;
        keep_where_active(d, &y);
    }
}

INLINE void sums_row(const struct tile *tile, const float *x, const float *y, float *dy, size_t width, enum mask mask,
                     line *sum, line *product) {
    line distance, d, result;
    load_row(tile, x, dy, width, mask, &distance, &d);
    if (mask == mask_result) {
        load_width(&result, y, width);
        keep_where_active(&d, &result);
        store_width(dy, &d, width);
    }
    *sum += d;
    *product += d * distance;
}

INLINE void sums_tile(const struct kernel_normalization *by, size_t channel, const float *x, const float *y, float *dy,
                      size_t rows, size_t stride, size_t width, enum mask mask, double *sums, double *products) {
    struct tile tile;
    load_tile(&tile, by, channel, width);
    line s[2] = {{0}}, p[2] = {{0}};
    size_t row = 0;
    for (; row + 2 <= rows; row += 2)
        for (size_t i = 0; i < 2; i++) {
            size_t at = (row + i) * stride;
            sums_row(&tile, x + at, y + at, dy + at, width, mask, &s[i], &p[i]);
        }
    if (row < rows) sums_row(&tile, x + row * stride, y + row * stride, dy + row * stride, width, mask, &s[0], &p[0]);
    line sum = s[0] + s[1], product = p[0] + p[1];
    for (size_t i = 0; i < width; i++) {
        sums[i] += (double)sum[i];
        products[i] += (double)product[i];
    }
}

INLINE void gradient_tile(const struct work *work, size_t channel, size_t start, size_t rows, size_t width,
                          enum mask mask) {
    struct tile tile;
    line mean_gradient, slope, distance, d;
    load_tile(&tile, work->by, channel, width);
    load_width(&mean_gradient, work->mean_gradient + channel, width);
    load_width(&slope, work->slope + channel, width);
    for (size_t at = start; at < start + rows * work->at->lanes; at += work->at->lanes) {
        load_row(&tile, work->x + at, work->dy + at, width, mask, &distance, &d);
        d = (d - mean_gradient - distance * slope) * tile.scale;
        store_width(work->dx + at, &d, width);
    }
}

/* y is only ever read with mask_result: without it, any address serves. */
CLONES static void sums_part(const struct kernel_channels *at, const struct kernel_normalization *by,
                                       const float *x, const float *y, float *dy, int part, double *sums) {
    const float *result = y ? y : x;
    double *products = sums + at->groups * at->lanes;
    FOR_BLOCKS(at, part) {
        struct block b = find_block(at, index, group);
#define CALL(width, lane, mask)                                                                                        \
    sums_tile(by, b.channel + lane, x + b.start + lane, result + b.start + lane, dy + b.start + lane, b.rows,          \
              at->lanes, width, mask, sums + b.channel + lane, products + b.channel + lane)
#define TILE(width, lane)                                                                                              \
    do {                                                                                                               \
        if (y) {                                                                                                       \
            CALL(width, lane, mask_result);                                                                            \
        } else if (by->relu) {                                                                                         \
            CALL(width, lane, mask_recomputed);                                                                        \
        } else {                                                                                                       \
            CALL(width, lane, mask_none);                                                                              \
        }                                                                                                              \
    } while (0)
        FOR_TILES(at->lanes, TILE);
#undef TILE
#undef CALL
    }
}

CLONES static void gradient_part(const struct work *work, int part) {
    FOR_BLOCKS(work->at, part) {
        struct block b = find_block(work->at, index, group);
#define TILE(width, lane)                                                                                              \
    do {                                                                                                               \
        if (work->by->relu) {                                                                                          \
            gradient_tile(work, b.channel + lane, b.start + lane, b.rows, width, mask_recomputed);                     \
        } else {                                                                                                       \
            gradient_tile(work, b.channel + lane, b.start + lane, b.rows, width, mask_none);                           \
        }                                                                                                              \
    } while (0)
        FOR_TILES(work->at->lanes, TILE);
#undef TILE
    }
}

static void run_sums(void *data, int part) {
    const struct work *work = data;
    size_t count = 2 * work->at->groups * work->at->lanes;
    double *sums = work->sums + (size_t)part * count;
    memset(sums, 0, count * sizeof *sums);
    sums_part(work->at, work->by, work->x, work->y, work->dy, part, sums);
}

static void run_gradient(void *data, int part) {
    gradient_part(data, part);
}

void kernel_normalize_sums(const struct kernel_channels *at, const struct kernel_normalization *by, const float *x,
                           const float *y, float *dy, int threads, double *sums) {
    struct work work = {.at = at, .by = by, .x = x, .y = y, .dy = dy, .sums = sums};
    run_parts(element_count(at), threads, run_sums, &work);
    kernel_add_parts(at, sums);
}

void kernel_normalize_gradient(const struct kernel_channels *at, const struct kernel_normalization *by, const float *x,
                               float *dy, const float *mean_gradient, const float *slope, int threads, float *dx) {
    struct work work = {.at = at, .by = by, .x = x, .dy = dy, .dx = dx, .mean_gradient = mean_gradient, .slope = slope};
    run_parts(element_count(at), threads, run_gradient, &work);
}
