/* One function a primitive: 2.x builds an operation descriptor first, 3.x does it in one call. */
#include "internal.h"

int onednn_matmul_create(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *source,
                         const onednn_descriptor *weights, const onednn_descriptor *bias,
                         const onednn_descriptor *destination) {
#if DNNL_VERSION_MAJOR >= 3
    BUILD(dnnl_matmul_primitive_desc_create(&description, engine->engine, MD(source), MD(weights), OPTIONAL_MD(bias),
                                            MD(destination), attributes));
#else
    dnnl_matmul_desc_t operation;
    TRY(dnnl_matmul_desc_init(&operation, MD(source), MD(weights), OPTIONAL_MD(bias), MD(destination)));
    BUILD(dnnl_primitive_desc_create(&description, &operation, attributes, engine->engine, NULL));
#endif
}

int onednn_reorder_create(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *source,
                          const onednn_descriptor *destination) {
    BUILD(dnnl_reorder_primitive_desc_create(&description, MD(source), engine->engine, MD(destination), engine->engine,
                                             attributes));
}

static dnnl_status_t relu_forward_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                              const onednn_descriptor *data, dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_eltwise_forward_primitive_desc_create(description, engine->engine, dnnl_forward_training,
                                                      dnnl_eltwise_relu, MD(data), MD(data), 0, 0, attributes);
#else
    dnnl_eltwise_desc_t operation;
    dnnl_status_t status =
        dnnl_eltwise_forward_desc_init(&operation, dnnl_forward_training, dnnl_eltwise_relu, MD(data), 0, 0);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, NULL);
#endif
}

static dnnl_status_t relu_backward_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                               const onednn_descriptor *data, dnnl_primitive_desc_t forward,
                                               dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_eltwise_backward_primitive_desc_create(description, engine->engine, dnnl_eltwise_relu_use_dst_for_bwd,
                                                       MD(data), MD(data), MD(data), 0, 0, forward, attributes);
#else
    dnnl_eltwise_desc_t operation;
    dnnl_status_t status = dnnl_eltwise_backward_desc_init(&operation, dnnl_eltwise_relu_use_dst_for_bwd, MD(data),
                                                           MD(data), 0, 0);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, forward);
#endif
}

int onednn_relu_forward_create(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *data) {
    BUILD(relu_forward_description(&description, engine, data, attributes));
}

static int finish_relu_backward(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *data,
                                dnnl_primitive_desc_t forward) {
    BUILD(relu_backward_description(&description, engine, data, forward, attributes));
}

int onednn_relu_backward_create(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *data) {
    dnnl_primitive_desc_t forward;
    TRY(relu_forward_description(&forward, engine, data, NULL));
    int status = finish_relu_backward(out, engine, data, forward);
    dnnl_primitive_desc_destroy(forward);
    return status;
}
