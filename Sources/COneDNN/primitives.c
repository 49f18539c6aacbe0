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

int onednn_add_create(onednn_primitive **out, onednn_engine *engine, const onednn_descriptor *data) {
#if DNNL_VERSION_MAJOR >= 3
    BUILD(dnnl_binary_primitive_desc_create(&description, engine->engine, dnnl_binary_add, MD(data), MD(data), MD(data),
                                            attributes));
#else
    dnnl_binary_desc_t operation;
    TRY(dnnl_binary_desc_init(&operation, dnnl_binary_add, MD(data), MD(data), MD(data)));
    BUILD(dnnl_primitive_desc_create(&description, &operation, attributes, engine->engine, NULL));
#endif
}

/* The forms whose derivative is computed from the result; forward they are the plain functions. */
static dnnl_alg_kind_t algorithm_of(onednn_element_function function) {
    switch (function) {
    case onednn_relu: return dnnl_eltwise_relu_use_dst_for_bwd;
    case onednn_logistic: return dnnl_eltwise_logistic_use_dst_for_bwd;
    case onednn_tanh: return dnnl_eltwise_tanh_use_dst_for_bwd;
    }
    return dnnl_alg_kind_undef;
}

static dnnl_status_t element_forward_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                                 onednn_element_function function, const onednn_descriptor *data,
                                                 dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_eltwise_forward_primitive_desc_create(description, engine->engine, dnnl_forward_training,
                                                      algorithm_of(function), MD(data), MD(data), 0, 0, attributes);
#else
    dnnl_eltwise_desc_t operation;
    dnnl_status_t status =
        dnnl_eltwise_forward_desc_init(&operation, dnnl_forward_training, algorithm_of(function), MD(data), 0, 0);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, NULL);
#endif
}

static dnnl_status_t element_backward_description(dnnl_primitive_desc_t *description, onednn_engine *engine,
                                                  onednn_element_function function, const onednn_descriptor *data,
                                                  dnnl_primitive_desc_t forward, dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_eltwise_backward_primitive_desc_create(description, engine->engine, algorithm_of(function), MD(data),
                                                       MD(data), MD(data), 0, 0, forward, attributes);
#else
    dnnl_eltwise_desc_t operation;
    dnnl_status_t status =
        dnnl_eltwise_backward_desc_init(&operation, algorithm_of(function), MD(data), MD(data), 0, 0);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, engine->engine, forward);
#endif
}

int onednn_element_forward_create(onednn_primitive **out, onednn_engine *engine, onednn_element_function function,
                                  const onednn_descriptor *data) {
    BUILD(element_forward_description(&description, engine, function, data, attributes));
}

static int finish_element_backward(onednn_primitive **out, onednn_engine *engine, onednn_element_function function,
                                   const onednn_descriptor *data, dnnl_primitive_desc_t forward) {
    BUILD(element_backward_description(&description, engine, function, data, forward, attributes));
}

int onednn_element_backward_create(onednn_primitive **out, onednn_engine *engine, onednn_element_function function,
                                   const onednn_descriptor *data) {
    dnnl_primitive_desc_t forward;
    TRY(element_forward_description(&forward, engine, function, data, NULL));
    int status = finish_element_backward(out, engine, function, data, forward);
    dnnl_primitive_desc_destroy(forward);
    return status;
}
