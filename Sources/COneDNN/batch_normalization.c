/* Batch normalisation in training, with a scale and a shift for each channel. The flags' numbers differ between 2.x and 3.x, their
 * names do not. */
#include "internal.h"

const int onednn_batch_normalization_backward_takes_shift = DNNL_VERSION_MAJOR < 3;

static const float epsilon = 1e-5f;

static unsigned flags(int relu) {
    return (unsigned)dnnl_use_scale | (unsigned)dnnl_use_shift | (relu ? (unsigned)dnnl_fuse_norm_relu : 0);
}

static dnnl_status_t forward_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                         const onednn_descriptor *data, int relu, dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_batch_normalization_forward_primitive_desc_create(description, engine->engine, dnnl_forward_training,
                                                                  MD(data), MD(data), epsilon, flags(relu), attributes);
#else
    dnnl_batch_normalization_desc_t operation;
    dnnl_status_t status = dnnl_batch_normalization_forward_desc_init(&operation, dnnl_forward_training, MD(data),
                                                                      epsilon, flags(relu));
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, NULL);
#endif
}

static dnnl_status_t backward_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                          const onednn_descriptor *data, int relu, dnnl_primitive_desc_t forward,
                                          dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_batch_normalization_backward_primitive_desc_create(description, engine->engine, dnnl_backward, MD(data),
                                                                   MD(data), MD(data), epsilon, flags(relu), forward,
                                                                   attributes);
#else
    dnnl_batch_normalization_desc_t operation;
    dnnl_status_t status = dnnl_batch_normalization_backward_desc_init(&operation, dnnl_backward, MD(data), MD(data),
                                                                       epsilon, flags(relu));
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, forward);
#endif
}

int onednn_batch_normalization_forward_create(onednn_primitive **out, onednn_engine *engine,
                                              const onednn_descriptor *data, int relu) {
    BUILD(forward_description(&description, engine, data, relu, attributes));
}

static int finish_backward(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *data, int relu,
                           dnnl_primitive_desc_t forward) {
    BUILD(backward_description(&description, engine, data, relu, forward, attributes));
}

int onednn_batch_normalization_backward_create(onednn_primitive **out, onednn_engine *engine,
                                               const onednn_descriptor *data, int relu) {
    dnnl_primitive_desc_t forward;
    TRY(forward_description(&forward, engine, data, relu, NULL));
    int status = finish_backward(out, engine, data, relu, forward);
    dnnl_primitive_desc_destroy(forward);
    return status;
}
