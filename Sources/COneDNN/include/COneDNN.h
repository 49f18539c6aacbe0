/* What Apus uses of oneDNN's C API, behind opaque handles that look the same for oneDNN 2.6 and 3.x.
 *
 * Functions return a dnnl_status_t as int. Descriptors, primitives and engines are owned by the caller and
 * freed with the matching _destroy function, which accepts NULL. Nothing here is shared between engines: one engine with its
 * primitives belongs to one thread. */
#ifndef COneDNN_h
#define COneDNN_h

#include <stddef.h>
#include <stdint.h>

typedef struct onednn_engine onednn_engine;
typedef struct onednn_descriptor onednn_descriptor;
typedef struct onednn_primitive onednn_primitive;

/* What a dnnl_status_t may say. */
extern const int onednn_success, onednn_out_of_memory, onednn_invalid_arguments, onednn_not_implemented;

/* The roles of a primitive's memory arguments (DNNL_ARG_...). */
extern const int onednn_arg_source, onednn_arg_second_source;
extern const int onednn_arg_weights, onednn_arg_bias, onednn_arg_destination;
extern const int onednn_arg_source_gradient, onednn_arg_destination_gradient;
extern const int onednn_arg_weights_gradient, onednn_arg_bias_gradient;
extern const int onednn_arg_mean, onednn_arg_variance, onednn_arg_scale, onednn_arg_shift;
extern const int onednn_arg_scale_gradient, onednn_arg_shift_gradient, onednn_arg_workspace;

/* Library. */
void onednn_version(int *major, int *minor, int *patch);
/* The instruction set oneDNN dispatches to, as its own bit mask. */
int onednn_instruction_set(void);
/* Whether that set holds AVX2. */
int onednn_has_avx2(void);
/* Whether that set holds AVX-512 (with BW, DQ and VL). */
int onednn_has_avx512(void);
/* Whether that set multiplies bfloat16 itself (AVX512-BF16, AMX). Without, oneDNN emulates it, slower than float32, or has no
 * such primitives. */
int onednn_multiplies_bfloat16(void);
/* The threads oneDNN uses when called from the calling thread (omp_set_num_threads). Baked into primitives at creation. */
void onednn_set_threads(int count);

/* A CPU engine and an in-order stream on it. */
int onednn_engine_create(onednn_engine **out);
void onednn_engine_destroy(onednn_engine *engine);

/* What the elements of a memory are. */
typedef enum { onednn_float32, onednn_bfloat16 } onednn_number;

/* A memory descriptor. strides NULL: the layout is oneDNN's choice ("any"). */
int onednn_descriptor_create(onednn_descriptor **out, onednn_number number, int rank, const int64_t *sizes,
                             const int64_t *strides);
/* The same for the axes batch, channels, height and width, with 16, 8 or 4 channels side by side (nChw16c and the like). */
int onednn_descriptor_create_in_blocks(onednn_descriptor **out, onednn_number number, const int64_t *sizes,
                                       int channels);
void onednn_descriptor_destroy(onednn_descriptor *descriptor);
int onednn_descriptor_equal(const onednn_descriptor *a, const onednn_descriptor *b);
int onednn_descriptor_is_bfloat16(const onednn_descriptor *descriptor);
size_t onednn_descriptor_byte_count(const onednn_descriptor *descriptor);
/* Whether the elements lie just at these strides: no blocks, no padding. Axes of size 1 have no stride to speak of. */
int onednn_descriptor_has_strides(const onednn_descriptor *descriptor, const int64_t *strides);

/* Primitives. bias may be NULL. */
int onednn_matmul_create(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *source,
                         const onednn_descriptor *weights, const onednn_descriptor *bias,
                         const onednn_descriptor *destination);
/* From source to destination. */
int onednn_reorder_create(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *source,
                          const onednn_descriptor *destination);
/* destination = source + second source, element by element. */
int onednn_add_create(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *data);
/* An element function, source to destination. */
typedef enum { onednn_relu, onednn_logistic, onednn_tanh } onednn_element_function;
int onednn_element_forward_create(onednn_primitive **out, onednn_engine *engine, onednn_element_function function,
                                  const onednn_descriptor *data);
/* Arguments: destination (the forward result), its gradient, the source's gradient. */
int onednn_element_backward_create(onednn_primitive **out, onednn_engine *engine, onednn_element_function function,
                                   const onednn_descriptor *data);

/* A window that moves over images, the same for height and width. A convolution takes its kernel from the weights. */
typedef struct {
    int64_t kernel, stride, padding;
} onednn_window;

/* Images are batch, channels, height, width; weights are output channels, input channels, height, width. bias may be NULL. With relu,
 * what is below 0 becomes 0, and so does NaN. */
int onednn_convolution_forward_create(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *source,
                                      const onednn_descriptor *weights, const onednn_descriptor *bias,
                                      const onednn_descriptor *destination, onednn_window window, int relu);
/* The arguments are gradients but for the weights, and those of the forward convolution: they differ from the others where the
 * gradients are of other numbers. */
int onednn_convolution_backward_data_create(onednn_primitive **out, onednn_engine *engine,
                                            const onednn_descriptor *source, const onednn_descriptor *weights,
                                            const onednn_descriptor *destination,
                                            const onednn_descriptor *forward_source, onednn_window window);
/* The arguments are gradients but for the source, and those of the forward convolution. */
int onednn_convolution_backward_weights_create(onednn_primitive **out, onednn_engine *engine,
                                               const onednn_descriptor *source, const onednn_descriptor *weights,
                                               const onednn_descriptor *bias, const onednn_descriptor *destination,
                                               const onednn_descriptor *forward_weights, onednn_window window);

/* Pooling over a window: the greatest element, the mean of the elements inside the image, or the mean of the window with
 * padding as zeros. The greatest has a workspace, which backward needs. */
typedef enum { onednn_pool_maximum, onednn_pool_mean, onednn_pool_mean_with_padding } onednn_pooling;
int onednn_pooling_forward_create(onednn_primitive **out, onednn_engine *engine, onednn_pooling kind,
                                  const onednn_descriptor *source, const onednn_descriptor *destination,
                                  onednn_window window);
/* The arguments are gradients. */
int onednn_pooling_backward_create(onednn_primitive **out, onednn_engine *engine, onednn_pooling kind,
                                   const onednn_descriptor *source, const onednn_descriptor *destination,
                                   onednn_window window);
/* Batch normalisation by the batch's own mean and variance, with relu what is above 0 of it. Arguments forward: source, destination,
 * mean, variance, scale, shift, and with relu a workspace. */
int onednn_batch_normalization_forward_create(onednn_primitive **out, onednn_engine *engine,
                                              const onednn_descriptor *data, int relu);
/* Whether the derivative takes the shift, of which it makes no use: 2.x asks for it, 3.x refuses it. */
extern const int onednn_batch_normalization_backward_takes_shift;
/* Arguments: source, the gradients of destination and source, mean, variance, scale, the gradients of scale and shift, the shift if
 * it is taken, and with relu the workspace. */
int onednn_batch_normalization_backward_create(onednn_primitive **out, onednn_engine *engine,
                                               const onednn_descriptor *data, int relu);
void onednn_primitive_destroy(onednn_primitive *primitive);

/* The layout a primitive chose for the argument of the given role; a new descriptor. */
int onednn_primitive_descriptor(const onednn_primitive *primitive, int role, onednn_descriptor **out);
/* The name of the implementation that oneDNN chose, such as "jit:avx512_core" or "ref:any"; valid as long as the primitive. */
const char *onednn_primitive_implementation(const onednn_primitive *primitive);
/* Bytes of scratch memory one execution needs. */
size_t onednn_primitive_scratchpad_byte_count(const onednn_primitive *primitive);

/* Binds argument roles, in the order in which execute receives the pointers. Call once, after creation. */
int onednn_primitive_bind(onednn_primitive *primitive, const int *roles, int count);
/* Runs the primitive and waits for it. */
int onednn_primitive_execute(onednn_primitive *primitive, onednn_engine *engine, void *const *pointers,
                             void *scratchpad);

/* Row-major C = op(A) op(B) as the BLAS-like dnnl_sgemm computes it; transposed flags are 'N' or 'T'. */
int onednn_sgemm(char transposed_a, char transposed_b, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
                 const float *b, int64_t ldb, float *c, int64_t ldc);

#endif
