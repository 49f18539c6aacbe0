/* Pooling: 2.x calls pooling_v2 what 3.x calls pooling. */
#include "internal.h"

#define BOTH(value)                                                                                                    \
    { (value), (value) }

static const dnnl_dims_t no_dilation = {0, 0};

static dnnl_alg_kind_t algorithm(onednn_pooling kind) {
    switch (kind) {
    case onednn_pool_maximum: return dnnl_pooling_max;
    case onednn_pool_mean: return dnnl_pooling_avg_exclude_padding;
    default: return dnnl_pooling_avg_include_padding;
    }
}

static dnnl_status_t forward_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                         onednn_pooling kind, const onednn_descriptor *source,
                                         const onednn_descriptor *destination, onednn_window window,
                                         dnnl_primitive_attr_t attributes) {
    const dnnl_dims_t strides = BOTH(window.stride), kernel = BOTH(window.kernel), padding = BOTH(window.padding);
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_pooling_forward_primitive_desc_create(description, engine->engine, dnnl_forward_training,
                                                      algorithm(kind), MD(source), MD(destination), strides, kernel,
                                                      no_dilation, padding, padding, attributes);
#else
    dnnl_pooling_v2_desc_t operation;
    dnnl_status_t status =
        dnnl_pooling_v2_forward_desc_init(&operation, dnnl_forward_training, algorithm(kind), MD(source),
                                          MD(destination), strides, kernel, no_dilation, padding, padding);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, NULL);
#endif
}

static dnnl_status_t backward_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                          onednn_pooling kind, const onednn_descriptor *source,
                                          const onednn_descriptor *destination, onednn_window window,
                                          dnnl_primitive_desc_t forward, dnnl_primitive_attr_t attributes) {
    const dnnl_dims_t strides = BOTH(window.stride), kernel = BOTH(window.kernel), padding = BOTH(window.padding);
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_pooling_backward_primitive_desc_create(description, engine->engine, algorithm(kind), MD(source),
                                                       MD(destination), strides, kernel, no_dilation, padding, padding,
                                                       forward, attributes);
#else
    dnnl_pooling_v2_desc_t operation;
    dnnl_status_t status = dnnl_pooling_v2_backward_desc_init(
        &operation, algorithm(kind), MD(source), MD(destination), strides, kernel, no_dilation, padding, padding);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, forward);
#endif
}

int onednn_pooling_forward_create(onednn_primitive **out, onednn_engine *engine, onednn_pooling kind,
                                  const onednn_descriptor *source, const onednn_descriptor *destination,
                                  onednn_window window) {
    BUILD(forward_description(&description, engine, kind, source, destination, window, attributes));
}

static int finish_backward(onednn_primitive **out, onednn_engine *engine, onednn_pooling kind,
                           const onednn_descriptor *source, const onednn_descriptor *destination, onednn_window window,
                           dnnl_primitive_desc_t forward) {
    BUILD(backward_description(&description, engine, kind, source, destination, window, forward, attributes));
}

int onednn_pooling_backward_create(onednn_primitive **out, onednn_engine *engine, onednn_pooling kind,
                                   const onednn_descriptor *source, const onednn_descriptor *destination,
                                   onednn_window window) {
    dnnl_primitive_desc_t forward;
    TRY(forward_description(&forward, engine, kind, source, destination, window, NULL));
    int status = finish_backward(out, engine, kind, source, destination, window, forward);
    dnnl_primitive_desc_destroy(forward);
    return status;
}
