/* Element loops of the training step that no library offers in one pass. Each is compiled for several instruction sets and
 * picked at run time. The bits do not depend on which: products and sums are not contracted, and every sum has a fixed
 * order. */
#ifndef CKernels_h
#define CKernels_h

#include <stddef.h>
#include <stdint.h>

/* One part of some work, numbered from 0. */
typedef void (*part_body)(void *data, int part);

/* Most work is cut into so many parts, which threads share: the same bits for any number of threads. */
enum { kernel_parts = 32 };

/* Runs body for all parts on up to `threads` threads, those that oneDNN's own loops run on. No bit of the result may depend on the
 * number of threads. */
void kernel_run_parts(int threads, int parts, part_body body, void *data);

/* destination[n][i] = source[indices[n]][i] / 255, correctly rounded, for rows of `stride` bytes. */
void kernel_gather_unit_floats(const uint8_t *source, const int32_t *indices, size_t count, size_t stride,
                               float *destination);

/* destination[i] += source[i]. */
void kernel_add(float *destination, const float *source, size_t count);

/* destination[i] = first[i] + second[i]; the sources may be one. */
void kernel_sum_of_two(float *destination, const float *first, const float *second, size_t count);

/* destination[i] = source[i], bfloat16 as float32. */
void kernel_widen_bfloat16(const uint16_t *source, float *destination, size_t count);

/* destination[i] += source[i], bfloat16 onto float32. */
void kernel_add_bfloat16(float *destination, const uint16_t *source, size_t count);

/* values[i] *= factor. */
void kernel_scale(float *values, float factor, size_t count);

/* The sum of the squares, in doubles, in a fixed order. */
double kernel_sum_of_squares(const float *values, size_t count);

/* destination[row][i] = source[row][i] * factors[row]. */
void kernel_scale_rows(float *destination, const float *source, const float *factors, size_t rows, size_t columns);

/* What the backward pass of a linear layer needs from the gradient of its output, in one pass over memory: transposed[c][r] =
 * gradient[r][c], and sums[c] = the sum over the rows, in order. With a mask, the layer's rectified output, gradients where it
 * is 0 become 0 first, in place. mask, transposed and sums may be NULL. */
void kernel_linear_gradient(float *gradient, const float *mask, size_t rows, size_t columns, int threads,
                            float *transposed, float *sums);

/* Images whose channels, or `lanes` of them, lie closest together in memory, and a square window that moves over them: windows
 * start every `stride` pixels, `padding` of them before the image. The result has rows x columns pixels an image. The padding is
 * smaller than the window. */
typedef struct {
    size_t images, height, width, lanes, rows, columns, kernel, stride, padding;
} kernel_pool;

/* The greatest element of each window, and where in the window it is, row by row: the first of equal numbers; NaN is greater than
 * any, and the last NaN counts. With rectify, results below 0 become 0, and the place of one that is not above 0 is 65535. places may
 * be NULL. */
void kernel_max_pool(const kernel_pool *pool, const float *source, float *destination, uint16_t *places, int rectify,
                     int threads);

/* Brings the gradient of each result to the element it came from; the rest becomes 0. */
void kernel_max_pool_gradient(const kernel_pool *pool, const float *gradient, uint16_t *places, float *source_gradient,
                              int threads);

/* The mean of each window, in which padding counts as zeros or, without counts_padding, not at all. */
void kernel_average_pool(const kernel_pool *pool, const float *source, float *destination, int counts_padding,
                         int threads);

/* Spreads the gradient of each result over its window. */
void kernel_average_pool_gradient(const kernel_pool *pool, const float *gradient, float *source_gradient,
                                  int counts_padding, int threads);

/* The convolution of images into `outputs` channels of rows x columns pixels, as many as follow from the other sizes, in blocks of 8
 * channels, as in oneDNN's layout for AVX2. The kernel is square. For the gradients below, padding beside an image is zeros that are
 * multiplied: an infinite gradient at the edge becomes NaN. */
typedef struct {
    size_t images, height, width, channels, rows, columns, outputs, kernel, stride, padding;
} kernel_convolution;

enum { kernel_convolution_lanes = 8 };

/* The bytes of scratch that the gradient below needs, aligned for doubles. */
size_t kernel_gray_scratch(const kernel_convolution *at);

/* The gradients of weights [outputs, 1, kernel, kernel] and of the bias, which may be NULL, from the gradient of the result, for images
 * of one channel and a kernel with a side of 3, 5 or 7. */
void kernel_gray_weight_gradient(const kernel_convolution *at, const float *source, const float *gradient,
                                 int threads, void *scratch, float *weights, float *bias);

/* Whether this processor has the instructions for which the gradient below is compiled; otherwise it must not be called. */
int kernel_blocked_is_available(void);

/* The bytes of scratch that the gradient below needs on so many threads, aligned for doubles. */
size_t kernel_blocked_scratch(const kernel_convolution *at, int threads);

/* The gradients of weights [outputs, channels, kernel, kernel] and of the bias, which may be NULL, from the gradient of the result, for
 * images in whole blocks of 8 channels, a multiple of 16 outputs and a kernel with a side of 3 or 5. */
void kernel_blocked_weight_gradient(const kernel_convolution *at, const float *source, const float *gradient,
                                    int threads, void *scratch, float *weights, float *bias);

/* Softmax of every row: result[row][c] = exp(source[row][c]) / the row's sum of these. A NaN fills its row. */
void kernel_softmax(const float *source, size_t rows, size_t columns, float *result);

/* source_gradient[c] = result[c] * (gradient[c] - the row's sum of result * gradient). */
void kernel_softmax_gradient(const float *result, const float *gradient, size_t rows, size_t columns,
                             float *source_gradient);

/* The logarithm of kernel_softmax, without its underflow; `exponentials` is scratch of the same size. */
void kernel_log_softmax(const float *source, size_t rows, size_t columns, float *exponentials, float *result);

/* source_gradient[c] = gradient[c] - exp(result[c]) * the row's sum of gradient. */
void kernel_log_softmax_gradient(const float *result, const float *gradient, size_t rows, size_t columns,
                                 float *source_gradient);

/* Losses. Each gives the loss of every row, or element, and the derivative of their sum times gradient_factor. */

/* Softmax cross-entropy from logits, row by row: losses[row] = logsumexp(logits[row]) - logits[row][label], and
 * gradient[row][c] = (softmax(logits[row])[c] - [c == label]) * gradient_factor. */
void kernel_softmax_cross_entropy(const float *logits, const int32_t *labels, size_t rows, size_t classes,
                                  float gradient_factor, float *losses, float *gradient);

/* The same against probabilities: losses[row] = the sum over c of -targets[row][c] * log(softmax(logits[row])[c]). */
void kernel_cross_entropy(const float *logits, const float *targets, size_t rows, size_t classes, float gradient_factor,
                          float *losses, float *gradient);

/* losses[i] = -targets[i] * log(p) - (1 - targets[i]) * log(1 - p) with p = sigmoid(logits[i]), for any size of logits. */
void kernel_binary_cross_entropy(const float *logits, const float *targets, size_t count, float gradient_factor,
                                 float *losses, float *gradient);

/* losses[row] = -log_probabilities[row][label]. */
void kernel_negative_log_likelihood(const float *log_probabilities, const int32_t *labels, size_t rows, size_t classes,
                                    float gradient_factor, float *losses, float *gradient);

/* losses[i] = (values[i] - targets[i])^2 / 2. */
void kernel_half_squared_error(const float *values, const float *targets, size_t count, float gradient_factor,
                               float *losses, float *gradient);

/* The number of rows whose first greatest logit is at the label; a row with a NaN counts as wrong. */
size_t kernel_count_correct(const float *logits, const int32_t *labels, size_t rows, size_t classes);

/* The number of logits that are above 0 where the label is 1, and are not where it is 0; NaN counts as wrong. */
size_t kernel_count_correct_binary(const float *logits, const int32_t *labels, size_t count);

/* A stream of counter-based random numbers: the key and the upper half of the counter of Philox4x32-10. */
struct kernel_random {
    uint32_t key[2], stream[2];
};

/* Which elements of a batch a dropout keeps: 1 for those whose random word is not less than dropped_below. Element e of a sample
 * with `elements` of them has word e / q of the counter (e % q, sample), q = elements / 4 rounded up. */
void kernel_dropout_mask(uint8_t *mask, const int32_t *samples, size_t count, size_t elements,
                         const struct kernel_random *random, uint32_t dropped_below, int threads);

/* destination[i] = source[i] * scale where the mask is 1, source[i] * 0 elsewhere. */
void kernel_dropout(float *destination, const float *source, const uint8_t *mask, float scale, size_t count,
                    int threads);

/* Whether no value is infinite or NaN. */
int kernel_all_finite(const float *values, size_t count);

/* A hash of the values' bits and their order, made in 64 lanes of which word i goes to lane i % 64. Every step is one to one, so
 * that one changed word always gives another hash, and so does another seed. */
uint64_t kernel_hash(const float *values, size_t count, uint64_t seed);

/* Sum in doubles, in order. */
double kernel_sum(const float *values, size_t count);

/* Where a tensor's channels lie: element (((image * groups + group) * rows + row) * lanes + lane) is of channel
 * group * lanes + lane. A row-major [.., channels] is one image of one group; oneDNN's blocked layouts have groups of 8 or 16
 * lanes, and the lanes behind the last channel are padding. */
struct kernel_channels {
    size_t images, groups, rows, lanes;
};

/* y = (x - mean) * scale + shift with a number each for every channel, padding included; and max(y, 0), where NaN stays NaN. */
struct kernel_normalization {
    const float *mean, *scale, *shift;
    int relu;
};

/* sums[c] = the sum of x, and sums[channels + c] = the sum of x * x, over the elements of channel c. sums has room for
 * kernel_parts * 2 * channels doubles, here and below. */
void kernel_channel_moments(const struct kernel_channels *at, const float *x, int threads, double *sums);

/* The normalisation, with a shortcut added before the rectifier unless it is NULL. */
void kernel_normalize(const struct kernel_channels *at, const struct kernel_normalization *by, const float *x,
                      const float *shortcut, int threads, float *y);

/* What the gradient of a normalisation needs over all elements of channel c, with d = dy where the rectifier let y through, else
 * 0: sums[c] = the sum of d, sums[channels + c] = the sum of d * (x - mean). With a y, the normalisation's result with a
 * shortcut, dy becomes d in place; without, the mask is computed again. */
void kernel_normalize_sums(const struct kernel_channels *at, const struct kernel_normalization *by, const float *x,
                           const float *y, float *dy, int threads, double *sums);

/* dx = (d - mean_gradient - (x - mean) * slope) * scale, with d of dy and relu as above. dx may be dy. */
void kernel_normalize_gradient(const struct kernel_channels *at, const struct kernel_normalization *by, const float *x,
                               float *dy, const float *mean_gradient, const float *slope, int threads, float *dx);

/* means[image][c] = the mean of channel c over the rows of the image, row-major without padding. */
void kernel_row_means(const struct kernel_channels *at, const float *x, size_t channels, int threads, float *means);

/* Its derivative: every row gets gradient[image][c] / rows; padding gets 0. */
void kernel_spread_rows(const struct kernel_channels *at, const float *gradient, size_t channels, int threads,
                        float *dx);

/* y[i] = max(x[i], 0); NaN stays NaN. y may be x. */
void kernel_relu(const float *x, float *y, size_t count, int threads);

/* dx[i] = y[i] <= 0 ? 0 : dy[i], for the result y of kernel_relu or kernel_add_relu. dx may be dy. */
void kernel_relu_gradient(const float *dy, const float *y, float *dx, size_t count, int threads);

/* y[i] = max(a[i] + b[i], 0); NaN stays NaN. */
void kernel_add_relu(const float *a, const float *b, float *y, size_t count, int threads);

/* destination[i] = the bfloat16 nearest to source[i], ties to even; NaN stays NaN, and denormal numbers are numbers. */
void kernel_round_to_bfloat16(const float *source, uint16_t *destination, size_t count, int threads);

/* The same numbers, as float32. */
void kernel_round_in_float32(const float *source, float *destination, size_t count, int threads);

/* Stochastic gradient descent in PyTorch's form: d = g + weight_decay * p; p -= rate * d. */
void kernel_sgd(float *parameters, const float *gradients, float rate, float weight_decay, size_t count);

/* The same with momentum: v = momentum * v + d; p -= rate * v, or with Nesterov p -= rate * (d + momentum * v). */
void kernel_sgd_momentum(float *parameters, const float *gradients, float *velocity, float rate, float weight_decay,
                         float momentum, int nesterov, size_t count);

/* The numbers of one step of AdamW, the same for all elements. */
struct kernel_adamw_factors {
    float parameter_kept; /* 1 - learning rate * weight decay */
    float mean_share;     /* 1 - beta1 */
    float square_kept;    /* beta2 */
    float square_share;   /* 1 - beta2 */
    float rate;           /* learning rate / (1 - beta1^t) */
    float root_factor;    /* 1 / sqrt(1 - beta2^t) */
    float epsilon;
};

/* AdamW in PyTorch's form: m += mean_share * (g - m); v = square_kept * v + square_share * g^2;
 * p = parameter_kept * p - rate * m / (sqrt(v) * root_factor + epsilon). */
void kernel_adamw(float *parameters, const float *gradients, float *mean, float *square,
                  const struct kernel_adamw_factors *factors, size_t count);

/* Gives memory that was freed back to the system, where the allocator keeps it. */
void kernel_release_free_memory(void);

#endif
