#include "channels.h"
#include "clones.h"

struct work {
    const struct kernel_channels *at;
    const struct kernel_normalization *by;
    const float *x, *shortcut;
    float *y;
};

INLINE void normalize_tile(const struct kernel_normalization *by, size_t channel, const float *x, const float *shortcut,
                           float *y, size_t rows, size_t stride, size_t width, int relu) {
    line mean, scale, shift, value, other;
    load_width(&mean, by->mean + channel, width);
    load_width(&scale, by->scale + channel, width);
    load_width(&shift, by->shift + channel, width);
    for (size_t at = 0; at < rows * stride; at += stride) {
        load_width(&value, x + at, width);
        value = (value - mean) * scale + shift;
        if (shortcut) {
            load_width(&other, shortcut + at, width);
            value += other;
        }
        /* Not a maximum: the processor's maximum of NaN and 0 is 0, and a NaN must not vanish. */
        if (relu) value = (line)((line_mask)value & ~(value < 0));
        store_width(y + at, &value, width);
    }
}

CLONES static void normalize_part(const struct kernel_channels *at, const struct kernel_normalization *by,
                                  const float *x, const float *shortcut, float *y, int part) {
    FOR_BLOCKS(at, part) {
        struct block b = find_block(at, index, group);
#define CALL(width, lane, other, relu)                                                                                 \
    normalize_tile(by, b.channel + lane, x + b.start + lane, other, y + b.start + lane, b.rows, at->lanes, width, relu)
#define TILE(width, lane)                                                                                              \
    do {                                                                                                               \
        if (shortcut && by->relu) {                                                                                    \
            CALL(width, lane, shortcut + b.start + lane, 1);                                                           \
        } else if (shortcut) {                                                                                         \
            CALL(width, lane, shortcut + b.start + lane, 0);                                                           \
        } else if (by->relu) {                                                                                         \
            CALL(width, lane, NULL, 1);                                                                                \
        } else {                                                                                                       \
            CALL(width, lane, NULL, 0);                                                                                \
        }                                                                                                              \
    } while (0)
        FOR_TILES(at->lanes, TILE);
#undef TILE
#undef CALL
    }
}

static void run(void *data, int part) {
    const struct work *work = data;
    normalize_part(work->at, work->by, work->x, work->shortcut, work->y, part);
}

void kernel_normalize(const struct kernel_channels *at, const struct kernel_normalization *by, const float *x,
                      const float *shortcut, int threads, float *y) {
    struct work work = {at, by, x, shortcut, y};
    run_parts(element_count(at), threads, run, &work);
}
