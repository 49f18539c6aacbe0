#include "convolutions.h"
#include "parts.h"

#if defined(__x86_64__) && defined(__linux__)
/* One instruction set alone: unlike all other loops these round once for a multiplication and an addition, as oneDNN's do. */
#define FUSED __attribute__((target("avx2,fma")))
int kernel_blocked_is_available(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
#define FUSED
int kernel_blocked_is_available(void) {
    return 0;
}
#endif

/* A tile is what is summed in registers at once: some channels of a block by the taps of one row of the kernel by two blocks of
 * outputs. Of the 16 registers it takes 12 (kernel 3, two channels) or 10 (kernel 5, one), so that two multiplications can start in
 * every cycle. */
enum { outputs_of_tile = 2 * lanes, most_sums = 6 };

/* At least half as many pixels of the result are summed before the next tile's turn: loading and storing the sums is little beside
 * that, and small images still lie in the nearest cache when the next tile wants them. */
enum { pixels_at_a_time = 100 };

INLINE size_t channels_of_tile(const kernel_convolution *at) {
    return at->kernel == 3 ? 2 : 1;
}

INLINE size_t floats_of_tile(const kernel_convolution *at) {
    return channels_of_tile(at) * at->kernel * outputs_of_tile;
}

INLINE size_t tiles_of_block(const kernel_convolution *at) {
    return at->outputs / outputs_of_tile * at->kernel * (lanes / channels_of_tile(at));
}

INLINE size_t tile_count(const kernel_convolution *at) {
    return blocks_of(at->channels) * tiles_of_block(at);
}

/* Where tile number `index` lies. Tiles of one block of the images have neighbouring numbers, so that a share pads it only once. */
struct tile {
    size_t block, outputs, row, channel;
};

INLINE struct tile tile_at(const kernel_convolution *at, size_t index) {
    const size_t parts = lanes / channels_of_tile(at), rows = index / parts;
    return (struct tile){.block = index / tiles_of_block(at),
                         .outputs = rows / at->kernel % (at->outputs / outputs_of_tile) * outputs_of_tile,
                         .row = rows % at->kernel,
                         .channel = index % parts * channels_of_tile(at)};
}

INLINE size_t images_at_a_time(const kernel_convolution *at) {
    const size_t images = pixels_at_a_time / (at->rows * at->columns);
    return images < 1 ? 1 : images < at->images ? images : at->images;
}

/* The floats of an image's block with padding beside its lines. There is none above and below. */
INLINE size_t padded_block(const kernel_convolution *at) {
    return at->height * padded_width(at) * lanes;
}

/* The first row of the result whose window has its row `row` within the image, and the one behind the last. */
INLINE size_t first_row(const kernel_convolution *at, size_t row) {
    return row < at->padding ? (at->padding - row + at->stride - 1) / at->stride : 0;
}

INLINE size_t end_row(const kernel_convolution *at, size_t row) {
    const size_t below = at->height + at->padding;
    const size_t end = row < below ? (below - row + at->stride - 1) / at->stride : 0;
    return end < at->rows ? end : at->rows;
}

/* sums += gradient * the source's pixels under the taps of a row of the kernel, pixel after pixel in the order of memory. The sizes
 * of the tile are constants, so that its sums stay in registers. */
INLINE void add_tile(const kernel_convolution *at, const struct tile *tile, const float *source, const float *gradient,
                     size_t images, size_t channels, size_t kernel, float *sums) {
    const size_t block = at->rows * at->columns * lanes, end = end_row(at, tile->row);
    pixel total[most_sums][2], left, right;
    memcpy(total, sums, channels * kernel * sizeof *total);
    for (size_t image = 0; image < images; image++)
        for (size_t row = first_row(at, tile->row); row < end; row++) {
            const size_t line = row * at->stride + tile->row - at->padding;
            const float *from = source + image * padded_block(at) + line * padded_width(at) * lanes + tile->channel;
            const float *at_row = gradient + image * blocks_of(at->outputs) * block + row * at->columns * lanes;
            for (size_t column = 0; column < at->columns; column++, from += at->stride * lanes, at_row += lanes) {
                memcpy(&left, at_row, sizeof left);
                memcpy(&right, at_row + block, sizeof right);
                _Pragma("clang loop unroll(full)") for (size_t tap = 0; tap < kernel; tap++)
                    _Pragma("clang loop unroll(full)") for (size_t channel = 0; channel < channels; channel++) {
                        pixel *sum = total[tap * channels + channel];
                        const float x = from[tap * lanes + channel];
                        const pixel value = {x, x, x, x, x, x, x, x};
                        sum[0] = __builtin_elementwise_fma(value, left, sum[0]);
                        sum[1] = __builtin_elementwise_fma(value, right, sum[1]);
                    }
            }
        }
    memcpy(sums, total, channels * kernel * sizeof *total);
}

/* One block of each image, its lines with room for the padding, which is 0 already. */
INLINE void pad(const kernel_convolution *at, const float *source, size_t images, float *padded) {
    const size_t line = at->width * lanes, image = blocks_of(at->channels) * at->height * line;
    for (size_t i = 0; i < images; i++)
        for (size_t row = 0; row < at->height; row++)
            memcpy(padded + (i * at->height + row) * padded_width(at) * lanes + at->padding * lanes,
                   source + i * image + row * line, line * sizeof *padded);
}

struct work {
    const kernel_convolution *at;
    const float *source, *gradient;
    float *weights, *bias;
    double *bias_sums;
    float *sums, *padded;
    int shares;
};

/* The first of the tiles that one share computes. No sum depends on how many shares there are. */
INLINE size_t share_start(const struct work *work, int share) {
    return tile_count(work->at) * (size_t)share / (size_t)work->shares;
}

INLINE void add_bias(const struct work *work, const float *gradient, size_t images, size_t outputs) {
    const kernel_convolution *at = work->at;
    const size_t pixels = at->rows * at->columns;
    for (size_t image = 0; image < images; image++)
        for (size_t output = outputs; output < outputs + outputs_of_tile; output += lanes)
            add_gradient(gradient + (image * at->outputs + output) * pixels, pixels, work->bias_sums + output);
}

FUSED static void add_images(const struct work *work, int share, size_t first, size_t images) {
    const kernel_convolution *at = work->at;
    float *padded = work->padded + (size_t)share * images_at_a_time(at) * padded_block(at);
    const float *gradient = work->gradient + first * at->outputs * at->rows * at->columns;
    size_t block = SIZE_MAX;
    for (size_t index = share_start(work, share); index < share_start(work, share + 1); index++) {
        const struct tile tile = tile_at(at, index);
        if (tile.block != block) {
            block = tile.block;
            pad(at, work->source + (first * at->channels + block * lanes) * at->height * at->width, images, padded);
        }
        const float *of_outputs = gradient + tile.outputs * at->rows * at->columns;
        float *sums = work->sums + index * floats_of_tile(at);
        if (at->kernel == 3) {
            add_tile(at, &tile, padded, of_outputs, images, 2, 3, sums);
        } else {
            add_tile(at, &tile, padded, of_outputs, images, 1, 5, sums);
        }
        if (work->bias && block == 0 && tile.row == 0 && tile.channel == 0)
            add_bias(work, gradient, images, tile.outputs);
    }
}

/* Brings the sums of a tile into the order of the weights. */
INLINE void store_tile(const struct work *work, size_t index) {
    const kernel_convolution *at = work->at;
    const struct tile from = tile_at(at, index);
    const float *sums = work->sums + index * floats_of_tile(at);
    for (size_t tap = 0; tap < at->kernel; tap++)
        for (size_t channel = 0; channel < channels_of_tile(at); channel++)
            for (size_t output = 0; output < outputs_of_tile; output++) {
                const size_t pair = (from.outputs + output) * at->channels + from.block * lanes + from.channel + channel;
                work->weights[(pair * at->kernel + from.row) * at->kernel + tap] = *sums++;
            }
}

static void sum_share(void *data, int share) {
    const struct work *work = data;
    const kernel_convolution *at = work->at;
    const size_t step = images_at_a_time(at), start = share_start(work, share), end = share_start(work, share + 1);
    memset(work->padded + (size_t)share * step * padded_block(at), 0, step * padded_block(at) * sizeof(float));
    memset(work->sums + start * floats_of_tile(at), 0, (end - start) * floats_of_tile(at) * sizeof(float));
    for (size_t image = 0; image < at->images; image += step)
        add_images(work, share, image, at->images - image < step ? at->images - image : step);
    for (size_t index = start; index < end; index++) store_tile(work, index);
}

size_t kernel_blocked_scratch(const kernel_convolution *at, int threads) {
    const size_t padded = (size_t)threads * images_at_a_time(at) * padded_block(at);
    return at->outputs * sizeof(double) + (tile_count(at) * floats_of_tile(at) + padded) * sizeof(float);
}

void kernel_blocked_weight_gradient(const kernel_convolution *at, const float *source, const float *gradient,
                                    int threads, void *scratch, float *weights, float *bias) {
    const size_t values = at->images * at->outputs * at->rows * at->columns;
    double *bias_sums = scratch;
    float *sums = (float *)(bias_sums + at->outputs);
    struct work work = {at, source, gradient, weights, bias, bias_sums, sums,
                        sums + tile_count(at) * floats_of_tile(at), useful_threads(values, threads)};
    memset(bias_sums, 0, at->outputs * sizeof *bias_sums);
    kernel_run_parts(work.shares, work.shares, sum_share, &work);
    for (size_t output = 0; bias && output < at->outputs; output++) bias[output] = (float)bias_sums[output];
}
