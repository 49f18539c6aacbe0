#include "clones.h"
#include "pooling.h"

/* Lines and lanes go by as in average_pooling.c. */

typedef uint16_t line_places __attribute__((vector_size(side * sizeof(uint16_t))));

/* The place of a result that lets no gradient through. */
enum { nowhere = 65535 };

INLINE void greatest_of_lanes(const kernel_pool *pool, const float *source, float *destination, uint16_t *places,
                              int rectify, pool_span rows, pool_span columns, size_t kernel, size_t top, size_t left,
                              size_t lane) {
    const size_t width = pool->width * pool->lanes;
    line best;
    load(&best, source + lane);
    line_mask place = (line_mask){0} + (int32_t)(top * kernel + left);
    for (size_t y = 0; y < rows.end - rows.first; y++)
        for (size_t x = 0; x < columns.end - columns.first; x++) {
            line value;
            load(&value, source + y * width + x * pool->lanes + lane);
            line_mask better = (value > best) | (value != value);
            best = (line)(((line_mask)value & better) | ((line_mask)best & ~better));
            line_mask here = (line_mask){0} + (int32_t)((top + y) * kernel + left + x);
            place = (here & better) | (place & ~better);
        }
    if (rectify) {
        line_mask stopped = best <= 0;
        best = (line)((line_mask)best & ~stopped);
        place |= stopped & nowhere;
    }
    store(destination + lane, &best);
    if (places) {
        line_places narrow = __builtin_convertvector(place, line_places);
        memcpy(places + lane, &narrow, sizeof narrow);
    }
}

INLINE void greatest_of_lane(const kernel_pool *pool, const float *source, float *destination, uint16_t *places,
                             int rectify, pool_span rows, pool_span columns, size_t kernel, size_t top, size_t left,
                             size_t lane) {
    float best = source[lane];
    size_t place = top * kernel + left;
    for (size_t y = 0; y < rows.end - rows.first; y++)
        for (size_t x = 0; x < columns.end - columns.first; x++) {
            float value = source[(y * pool->width + x) * pool->lanes + lane];
            if (!(value > best || value != value)) continue;
            best = value;
            place = (top + y) * kernel + left + x;
        }
    if (rectify && best <= 0) {
        best = 0;
        place = nowhere;
    }
    destination[lane] = best;
    if (places) places[lane] = (uint16_t)place;
}

INLINE void forward(const kernel_pool *pool, const float *source, float *destination, uint16_t *places, int rectify,
                    size_t kernel, size_t stride, size_t padding) {
    const size_t sources = pool_source_count(pool), results = pool_result_count(pool), lanes = pool->lanes;
    size_t at = 0;
    for (size_t image = 0; image < pool->images; image++)
        for (size_t row = 0; row < pool->rows; row++)
            for (size_t column = 0; column < pool->columns; column++, at += lanes) {
                pool_span rows = pool_inside(row, kernel, stride, padding, pool->height);
                pool_span columns = pool_inside(column, kernel, stride, padding, pool->width);
                size_t from = ((image * pool->height + rows.first) * pool->width + columns.first) * lanes;
                size_t last =
                    from + ((rows.end - rows.first - 1) * pool->width + columns.end - columns.first - 1) * lanes;
                size_t top = rows.first + padding - row * stride, left = columns.first + padding - column * stride;
                uint16_t *to = places ? places + at : NULL;
                size_t lane = 0;
                for (; lane < lanes && last + lane + side <= sources && at + lane + side <= results; lane += side)
                    greatest_of_lanes(pool, source + from, destination + at, to, rectify, rows, columns, kernel, top,
                                      left, lane);
                for (; lane < lanes; lane++)
                    greatest_of_lane(pool, source + from, destination + at, to, rectify, rows, columns, kernel, top,
                                     left, lane);
            }
}

CLONES static void greatest(const kernel_pool *pool, const float *restrict source, float *restrict destination,
                            uint16_t *restrict places, int rectify) {
    /* The window of nearly all networks, with everything known beforehand. */
    if (pool->kernel == 2 && pool_tiles(pool)) {
        if (rectify && places) return forward(pool, source, destination, places, 1, 2, 2, 0);
        return forward(pool, source, destination, places, rectify, 2, 2, 0);
    }
    forward(pool, source, destination, places, rectify, pool->kernel, pool->stride, pool->padding);
}

/* One row of the source: in every window, one element's gradient and zeros. */
INLINE void place_row(const kernel_pool *pool, const float *gradient, const uint16_t *places, float *row, size_t y,
                      size_t kernel, size_t gradient_room, size_t room) {
    const size_t lanes = pool->lanes;
    for (size_t column = 0; column < pool->columns; column++)
        for (size_t x = 0; x < kernel; x++) {
            size_t from = column * lanes, to = (column * kernel + x) * lanes, lane = 0;
            const int32_t place = (int32_t)(y * kernel + x);
            for (; lane < lanes && from + lane + side <= gradient_room && to + lane + side <= room; lane += side) {
                line value;
                line_places narrow;
                load(&value, gradient + from + lane);
                memcpy(&narrow, places + from + lane, sizeof narrow);
                value = (line)((line_mask)value & (__builtin_convertvector(narrow, line_mask) == place));
                store(row + to + lane, &value);
            }
            for (; lane < lanes; lane++)
                row[to + lane] = places[from + lane] == place ? gradient[from + lane] : 0;
        }
    size_t done = pool->columns * kernel * lanes;
    memset(row + done, 0, (pool->width * lanes - done) * sizeof *row);
}

INLINE void place_tiles(const kernel_pool *pool, const float *gradient, const uint16_t *places,
                        float *source_gradient, size_t kernel) {
    const size_t sources = pool_source_count(pool), results = pool_result_count(pool);
    const size_t width = pool->width * pool->lanes, columns = pool->columns * pool->lanes;
    size_t to = 0;
    for (size_t image = 0; image < pool->images; image++)
        for (size_t y = 0; y < pool->height; y++, to += width) {
            size_t from = (image * pool->rows + y / kernel) * columns;
            if (y < pool->rows * kernel)
                place_row(pool, gradient + from, places + from, source_gradient + to, y % kernel, kernel,
                          results - from, sources - to);
            else
                memset(source_gradient + to, 0, width * sizeof *source_gradient);
        }
}

/* Windows may overlap: gradients add up in the order of the results. */
INLINE void place_windows(const kernel_pool *pool, const float *gradient, const uint16_t *places,
                          float *source_gradient) {
    memset(source_gradient, 0, pool_source_count(pool) * sizeof *source_gradient);
    size_t at = 0;
    for (size_t image = 0; image < pool->images; image++)
        for (size_t row = 0; row < pool->rows; row++)
            for (size_t column = 0; column < pool->columns; column++)
                for (size_t lane = 0; lane < pool->lanes; lane++, at++) {
                    if (places[at] == nowhere) continue;
                    size_t y = row * pool->stride + places[at] / pool->kernel - pool->padding;
                    size_t x = column * pool->stride + places[at] % pool->kernel - pool->padding;
                    size_t to = ((image * pool->height + y) * pool->width + x) * pool->lanes + lane;
                    source_gradient[to] += gradient[at];
                }
}

CLONES static void place(const kernel_pool *pool, const float *restrict gradient, const uint16_t *restrict places,
                         float *restrict source_gradient) {
    if (pool->kernel == 2 && pool_tiles(pool)) return place_tiles(pool, gradient, places, source_gradient, 2);
    if (pool_tiles(pool)) return place_tiles(pool, gradient, places, source_gradient, pool->kernel);
    place_windows(pool, gradient, places, source_gradient);
}

struct work {
    const kernel_pool *pool;
    const float *from;
    float *to;
    uint16_t *places;
    int rectify;
};

static void run_greatest(void *data, int part) {
    const struct work *work = data;
    size_t sources, results;
    kernel_pool share = pool_part(work->pool, part, &sources, &results);
    greatest(&share, work->from + sources, work->to + results, work->places ? work->places + results : NULL,
             work->rectify);
}

static void run_place(void *data, int part) {
    const struct work *work = data;
    size_t sources, results;
    kernel_pool share = pool_part(work->pool, part, &sources, &results);
    place(&share, work->from + results, work->places + results, work->to + sources);
}

void kernel_max_pool(const kernel_pool *pool, const float *source, float *destination, uint16_t *places, int rectify,
                     int threads) {
    struct work work = {pool, source, destination, places, rectify};
    run_parts(pool_source_count(pool), threads, run_greatest, &work);
}

void kernel_max_pool_gradient(const kernel_pool *pool, const float *gradient, uint16_t *places, float *source_gradient,
                              int threads) {
    struct work work = {pool, gradient, source_gradient, places, 0};
    run_parts(pool_source_count(pool), threads, run_place, &work);
}
