/* The structures behind the opaque handles, and the one place that knows how oneDNN 2.x and 3.x differ in them:
 * a memory descriptor is a plain structure in 2.x and an opaque pointer in 3.x. */
#ifndef COneDNN_internal_h
#define COneDNN_internal_h

#include "COneDNN.h"
#include <dnnl.h>

enum { max_bound_arguments = 12 };

struct onednn_engine {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
};

struct onednn_descriptor {
    dnnl_memory_desc_t md;
};

struct onednn_primitive {
    dnnl_primitive_t primitive;
    dnnl_primitive_desc_t description;
    dnnl_engine_t engine;
    int argument_count;
    dnnl_exec_arg_t arguments[max_bound_arguments];
};

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t const_md;
#define MD(descriptor) ((descriptor)->md)
#else
typedef const dnnl_memory_desc_t *const_md;
#define MD(descriptor) (&(descriptor)->md)
#endif

/* NULL stays NULL: "no such tensor". */
#define OPTIONAL_MD(descriptor) ((descriptor) ? MD(descriptor) : NULL)

/* Returns from the enclosing function unless the call succeeded. */
#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        dnnl_status_t status = (call);                                                                                 \
        if (status != dnnl_success) return (int)status;                                                                \
    } while (0)

/* Attributes that every primitive gets: scratch memory is the caller's, so that a primitive may run on any thread. */
int onednn_make_attributes(dnnl_primitive_attr_t *out);

/* Takes over the description and builds the primitive on it. */
int onednn_finish(onednn_primitive **out, onednn_engine *engine, dnnl_primitive_desc_t description);

/* Builds `call`, an expression that fills `description` from `attributes`, and finishes the primitive. */
#define BUILD(call)                                                                                                    \
    dnnl_primitive_attr_t attributes;                                                                                  \
    TRY(onednn_make_attributes(&attributes));                                                                          \
    dnnl_primitive_desc_t description;                                                                                 \
    dnnl_status_t built = (call);                                                                                      \
    dnnl_primitive_attr_destroy(attributes);                                                                           \
    if (built != dnnl_success) return (int)built;                                                                      \
    return onednn_finish(out, engine, description)

#endif
