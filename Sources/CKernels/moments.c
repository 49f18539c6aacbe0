#include "channels.h"
#include "clones.h"

enum { shift_rows = 16 };

struct work {
    const struct kernel_channels *at;
    const float *x;
    double *sums;
};

/* Float sums are taken of differences from a value amid the data, so that little is lost where a mean is large beside the
 * deviation; doubles put the value back. */
INLINE void moments_tile(const float *x, size_t rows, size_t stride, size_t width, double *sums, double *squares) {
    line shift = {0}, value, s[4] = {{0}}, q[4] = {{0}};
    size_t first = rows < shift_rows ? rows : shift_rows, row = 0;
    for (size_t i = 0; i < first; i++) {
        load_width(&value, x + i * stride, width);
        shift += value;
    }
    shift /= (float)first;
    for (; row + 4 <= rows; row += 4)
        for (size_t i = 0; i < 4; i++) {
            load_width(&value, x + (row + i) * stride, width);
            value -= shift;
            s[i] += value;
            q[i] += value * value;
        }
    for (; row < rows; row++) {
        load_width(&value, x + row * stride, width);
        value -= shift;
        s[0] += value;
        q[0] += value * value;
    }
    line sum = (s[0] + s[1]) + (s[2] + s[3]), square = (q[0] + q[1]) + (q[2] + q[3]);
    for (size_t i = 0; i < width; i++) {
        double c = (double)shift[i], n = (double)rows;
        sums[i] += n * c + (double)sum[i];
        squares[i] += (double)square[i] + c * (2 * (double)sum[i] + n * c);
    }
}

CLONES static void moments_part(const struct kernel_channels *at, const float *x, int part, double *sums) {
    double *squares = sums + at->groups * at->lanes;
    FOR_BLOCKS(at, part) {
        struct block b = find_block(at, index, group);
#define TILE(width, lane)                                                                                              \
    moments_tile(x + b.start + lane, b.rows, at->lanes, width, sums + b.channel + lane, squares + b.channel + lane)
        FOR_TILES(at->lanes, TILE);
#undef TILE
    }
}

static void run(void *data, int part) {
    const struct work *work = data;
    size_t count = 2 * work->at->groups * work->at->lanes;
    double *sums = work->sums + (size_t)part * count;
    memset(sums, 0, count * sizeof *sums);
    moments_part(work->at, work->x, part, sums);
}

void kernel_channel_moments(const struct kernel_channels *at, const float *x, int threads, double *sums) {
    struct work work = {at, x, sums};
    run_parts(element_count(at), threads, run, &work);
    kernel_add_parts(at, sums);
}

void kernel_add_parts(const struct kernel_channels *at, double *sums) {
    size_t count = 2 * at->groups * at->lanes;
    for (size_t part = 1; part < kernel_parts; part++)
        for (size_t i = 0; i < count; i++) sums[i] += sums[part * count + i];
}
