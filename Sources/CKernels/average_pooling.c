#include "clones.h"
#include "pooling.h"

/* The lanes of a pixel go by in lines. The last line of a pixel may reach into the next pixel: what it writes there is written
 * again, for pixels go by in the order of memory. Only where a line would leave the memory do lanes go by one by one. */

INLINE void mean_of_window(const kernel_pool *pool, const float *source, float *destination, pool_span rows,
                           pool_span columns, float divisor, size_t source_room, size_t room) {
    const size_t width = pool->width * pool->lanes, lanes = pool->lanes;
    const size_t last = ((rows.end - rows.first - 1) * pool->width + columns.end - columns.first - 1) * lanes;
    size_t lane = 0;
    for (; lane < lanes && last + lane + side <= source_room && lane + side <= room; lane += side) {
        line sum = {0}, value;
        for (size_t y = 0; y < rows.end - rows.first; y++)
            for (size_t x = 0; x < columns.end - columns.first; x++) {
                load(&value, source + y * width + x * lanes + lane);
                sum += value;
            }
        sum /= divisor;
        store(destination + lane, &sum);
    }
    for (; lane < lanes; lane++) {
        float sum = 0;
        for (size_t y = 0; y < rows.end - rows.first; y++)
            for (size_t x = 0; x < columns.end - columns.first; x++) sum += source[y * width + x * lanes + lane];
        destination[lane] = sum / divisor;
    }
}

INLINE float divisor_of(pool_span rows, pool_span columns, size_t kernel, int counts_padding) {
    size_t inside = (rows.end - rows.first) * (columns.end - columns.first);
    return (float)(counts_padding ? kernel * kernel : inside);
}

INLINE void forward(const kernel_pool *pool, const float *source, float *destination, int counts_padding,
                    size_t kernel, size_t stride, size_t padding) {
    const size_t sources = pool_source_count(pool), results = pool_result_count(pool);
    size_t at = 0;
    for (size_t image = 0; image < pool->images; image++)
        for (size_t row = 0; row < pool->rows; row++)
            for (size_t column = 0; column < pool->columns; column++, at += pool->lanes) {
                pool_span rows = pool_inside(row, kernel, stride, padding, pool->height);
                pool_span columns = pool_inside(column, kernel, stride, padding, pool->width);
                size_t from = ((image * pool->height + rows.first) * pool->width + columns.first) * pool->lanes;
                mean_of_window(pool, source + from, destination + at, rows, columns,
                               divisor_of(rows, columns, kernel, counts_padding), sources - from, results - at);
            }
}

CLONES static void average(const kernel_pool *pool, const float *restrict source, float *restrict destination,
                           int counts_padding) {
    /* The window of nearly all networks, with everything known beforehand. */
    if (pool->kernel == 2 && pool_tiles(pool)) return forward(pool, source, destination, 1, 2, 2, 0);
    forward(pool, source, destination, counts_padding, pool->kernel, pool->stride, pool->padding);
}

/* One row of the source: every window's share, side by side. */
INLINE void spread_row(const kernel_pool *pool, const float *gradient, float *row, float divisor, size_t kernel,
                       size_t gradient_room, size_t room) {
    const size_t lanes = pool->lanes;
    for (size_t column = 0; column < pool->columns; column++)
        for (size_t x = 0; x < kernel; x++) {
            size_t from = column * lanes, to = (column * kernel + x) * lanes, lane = 0;
            for (; lane < lanes && from + lane + side <= gradient_room && to + lane + side <= room; lane += side) {
                line value;
                load(&value, gradient + from + lane);
                value /= divisor;
                store(row + to + lane, &value);
            }
            for (; lane < lanes; lane++) row[to + lane] = gradient[from + lane] / divisor;
        }
    size_t done = pool->columns * kernel * lanes;
    memset(row + done, 0, (pool->width * lanes - done) * sizeof *row);
}

INLINE void spread_tiles(const kernel_pool *pool, const float *gradient, float *source_gradient, size_t kernel) {
    const size_t sources = pool_source_count(pool), results = pool_result_count(pool);
    const size_t width = pool->width * pool->lanes, columns = pool->columns * pool->lanes;
    size_t to = 0;
    for (size_t image = 0; image < pool->images; image++)
        for (size_t y = 0; y < pool->height; y++, to += width) {
            size_t from = (image * pool->rows + y / kernel) * columns;
            if (y < pool->rows * kernel)
                spread_row(pool, gradient + from, source_gradient + to, (float)(kernel * kernel), kernel,
                           results - from, sources - to);
            else
                memset(source_gradient + to, 0, width * sizeof *source_gradient);
        }
}

INLINE void spread_windows(const kernel_pool *pool, const float *gradient, float *source_gradient,
                           int counts_padding) {
    memset(source_gradient, 0, pool_source_count(pool) * sizeof *source_gradient);
    for (size_t image = 0; image < pool->images; image++)
        for (size_t row = 0; row < pool->rows; row++)
            for (size_t column = 0; column < pool->columns; column++, gradient += pool->lanes) {
                pool_span rows = pool_inside(row, pool->kernel, pool->stride, pool->padding, pool->height);
                pool_span columns = pool_inside(column, pool->kernel, pool->stride, pool->padding, pool->width);
                float divisor = divisor_of(rows, columns, pool->kernel, counts_padding);
                for (size_t y = rows.first; y < rows.end; y++)
                    for (size_t x = columns.first; x < columns.end; x++) {
                        float *to = source_gradient + ((image * pool->height + y) * pool->width + x) * pool->lanes;
                        for (size_t lane = 0; lane < pool->lanes; lane++) to[lane] += gradient[lane] / divisor;
                    }
            }
}

CLONES static void spread(const kernel_pool *pool, const float *restrict gradient, float *restrict source_gradient,
                          int counts_padding) {
    if (pool->kernel == 2 && pool_tiles(pool)) return spread_tiles(pool, gradient, source_gradient, 2);
    if (pool_tiles(pool)) return spread_tiles(pool, gradient, source_gradient, pool->kernel);
    spread_windows(pool, gradient, source_gradient, counts_padding);
}

struct work {
    const kernel_pool *pool;
    const float *from;
    float *to;
    int counts_padding;
};

static void run_average(void *data, int part) {
    const struct work *work = data;
    size_t sources, results;
    kernel_pool share = pool_part(work->pool, part, &sources, &results);
    average(&share, work->from + sources, work->to + results, work->counts_padding);
}

static void run_spread(void *data, int part) {
    const struct work *work = data;
    size_t sources, results;
    kernel_pool share = pool_part(work->pool, part, &sources, &results);
    spread(&share, work->from + results, work->to + sources, work->counts_padding);
}

void kernel_average_pool(const kernel_pool *pool, const float *source, float *destination, int counts_padding,
                         int threads) {
    struct work work = {pool, source, destination, counts_padding};
    run_parts(pool_source_count(pool), threads, run_average, &work);
}

void kernel_average_pool_gradient(const kernel_pool *pool, const float *gradient, float *source_gradient,
                                  int counts_padding, int threads) {
    struct work work = {pool, gradient, source_gradient, counts_padding};
    run_parts(pool_source_count(pool), threads, run_spread, &work);
}
