/* Convolutions. Always the form with dilation, the only one that 3.x has kept. */
#include "internal.h"

#define BOTH(value)                                                                                                    \
    { (value), (value) }

static const dnnl_dims_t no_dilation = {0, 0};

static dnnl_status_t add_relu(dnnl_primitive_attr_t attributes) {
    dnnl_post_ops_t operations;
    dnnl_status_t status = dnnl_post_ops_create(&operations);
    if (status != dnnl_success) return status;
#if DNNL_VERSION_MAJOR >= 3
    status = dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_relu, 0, 0);
#else
    status = dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0);
#endif
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
    dnnl_post_ops_destroy(operations);
    return status;
}

static dnnl_status_t forward_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                         const onednn_descriptor *source, const onednn_descriptor *weights,
                                         const onednn_descriptor *bias, const onednn_descriptor *destination,
                                         onednn_window window, dnnl_primitive_attr_t attributes) {
    const dnnl_dims_t strides = BOTH(window.stride), padding = BOTH(window.padding);
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_convolution_forward_primitive_desc_create(
        description, engine->engine, dnnl_forward_training, dnnl_convolution_direct, MD(source), MD(weights),
        OPTIONAL_MD(bias), MD(destination), strides, no_dilation, padding, padding, attributes);
#else
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_training, dnnl_convolution_direct, MD(source), MD(weights), OPTIONAL_MD(bias),
        MD(destination), strides, no_dilation, padding, padding);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, NULL);
#endif
}

static dnnl_status_t backward_data_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                               const onednn_descriptor *source, const onednn_descriptor *weights,
                                               const onednn_descriptor *destination, onednn_window window,
                                               dnnl_primitive_desc_t forward, dnnl_primitive_attr_t attributes) {
    const dnnl_dims_t strides = BOTH(window.stride), padding = BOTH(window.padding);
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_convolution_backward_data_primitive_desc_create(
        description, engine->engine, dnnl_convolution_direct, MD(source), MD(weights), MD(destination), strides,
        no_dilation, padding, padding, forward, attributes);
#else
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
        &operation, dnnl_convolution_direct, MD(source), MD(weights), MD(destination), strides, no_dilation, padding,
        padding);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, forward);
#endif
}

static dnnl_status_t backward_weights_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                                  const onednn_descriptor *source, const onednn_descriptor *weights,
                                                  const onednn_descriptor *bias, const onednn_descriptor *destination,
                                                  onednn_window window, dnnl_primitive_desc_t forward,
                                                  dnnl_primitive_attr_t attributes) {
    const dnnl_dims_t strides = BOTH(window.stride), padding = BOTH(window.padding);
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_convolution_backward_weights_primitive_desc_create(
        description, engine->engine, dnnl_convolution_direct, MD(source), MD(weights), OPTIONAL_MD(bias),
        MD(destination), strides, no_dilation, padding, padding, forward, attributes);
#else
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
        &operation, dnnl_convolution_direct, MD(source), MD(weights), OPTIONAL_MD(bias), MD(destination), strides,
        no_dilation, padding, padding);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, forward);
#endif
}

static dnnl_status_t forward_with_relu(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                       const onednn_descriptor *source, const onednn_descriptor *weights,
                                       const onednn_descriptor *bias, const onednn_descriptor *destination,
                                       onednn_window window, int relu, dnnl_primitive_attr_t attributes) {
    if (relu) {
        dnnl_status_t status = add_relu(attributes);
        if (status != dnnl_success) return status;
    }
    return forward_description(description, engine, source, weights, bias, destination, window, attributes);
}

int onednn_convolution_forward_create(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *source,
                                      const onednn_descriptor *weights, const onednn_descriptor *bias,
                                      const onednn_descriptor *destination, onednn_window window, int relu) {
    BUILD(forward_with_relu(&description, engine, source, weights, bias, destination, window, relu, attributes));
}

static int finish_backward_data(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *source,
                                const onednn_descriptor *weights, const onednn_descriptor *destination,
                                onednn_window window, dnnl_primitive_desc_t forward) {
    BUILD(backward_data_description(&description, engine, source, weights, destination, window, forward, attributes));
}

int onednn_convolution_backward_data_create(onednn_primitive **out, onednn_engine *engine,
                                            const onednn_descriptor *source, const onednn_descriptor *weights,
                                            const onednn_descriptor *destination,
                                            const onednn_descriptor *forward_source, onednn_window window) {
    dnnl_primitive_desc_t forward;
    TRY(forward_description(&forward, engine, forward_source, weights, NULL, destination, window, NULL));
    int status = finish_backward_data(out, engine, source, weights, destination, window, forward);
    dnnl_primitive_desc_destroy(forward);
    return status;
}

static int finish_backward_weights(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *source,
                                   const onednn_descriptor *weights, const onednn_descriptor *bias,
                                   const onednn_descriptor *destination, onednn_window window,
                                   dnnl_primitive_desc_t forward) {
    BUILD(backward_weights_description(&description, engine, source, weights, bias, destination, window, forward,
                                       attributes));
}

int onednn_convolution_backward_weights_create(onednn_primitive **out, onednn_engine *engine,
                                               const onednn_descriptor *source, const onednn_descriptor *weights,
                                               const onednn_descriptor *bias, const onednn_descriptor *destination,
                                               const onednn_descriptor *forward_weights, onednn_window window) {
    dnnl_primitive_desc_t forward;
    TRY(forward_description(&forward, engine, source, forward_weights, bias, destination, window, NULL));
    int status = finish_backward_weights(out, engine, source, weights, bias, destination, window, forward);
    dnnl_primitive_desc_destroy(forward);
    return status;
}
