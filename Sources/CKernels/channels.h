/* How loops over a tensor's channels are cut: parts for threads, blocks of rows that stay in the first cache, tiles of channels
 * that fill a vector. The cut depends on the tensor alone. */
#ifndef channels_h
#define channels_h

#include "lines.h"
#include "parts.h"

enum { block_floats = 4096 };

/* One block of one group of channels: `rows` rows of lanes from element `start` on, of the channels from `channel` on. */
struct block {
    size_t start, rows, channel;
};

INLINE size_t rows_per_block(const struct kernel_channels *at) {
    return 0 < at->lanes && at->lanes < block_floats ? block_floats / at->lanes : 1;
}

INLINE size_t blocks_per_image(const struct kernel_channels *at) {
    size_t rows = rows_per_block(at);
    return (at->rows + rows - 1) / rows;
}

INLINE struct block find_block(const struct kernel_channels *at, size_t index, size_t group) {
    size_t most = rows_per_block(at), per_image = blocks_per_image(at);
    size_t image = index / per_image, row = index % per_image * most;
    size_t rows = at->rows - row < most ? at->rows - row : most;
    return (struct block){((image * at->groups + group) * at->rows + row) * at->lanes, rows, group * at->lanes};
}

/* The number of blocks before `part`; that before the part behind the last is the number of all. */
INLINE size_t blocks_before(const struct kernel_channels *at, int part) {
    return part_start(at->images * blocks_per_image(at), part);
}

#define FOR_BLOCKS(at, part)                                                                                           \
    for (size_t index = blocks_before(at, part); index < blocks_before(at, (part) + 1); index++)                       \
        for (size_t group = 0; group < (at)->groups; group++)

/* Calls TILE(width, lane) for the tiles of a row, with a constant width wherever there can be one. */
#define FOR_TILES(lanes, TILE)                                                                                         \
    do {                                                                                                               \
        size_t lane = 0;                                                                                               \
        for (; lane + side <= (lanes); lane += side) TILE(side, lane);                                                 \
        if ((lanes) - lane == side / 2) {                                                                              \
            TILE(side / 2, lane);                                                                                      \
        } else if (lane < (lanes)) {                                                                                   \
            TILE((lanes) - lane, lane);                                                                                \
        }                                                                                                              \
    } while (0)

INLINE size_t element_count(const struct kernel_channels *at) {
    return at->images * at->groups * at->rows * at->lanes;
}

/* Adds the sums of the other parts to those of the first, in their order: 2 * channels doubles each. */
void kernel_add_parts(const struct kernel_channels *at, double *sums);

#endif
