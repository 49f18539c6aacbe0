/* Engines, memory descriptors, and what is common to all primitives. */
#include "internal.h"
#include <stdlib.h>

/* Declared here because omp.h is not on every compiler's path. */
extern void omp_set_num_threads(int);

const int onednn_success = dnnl_success, onednn_out_of_memory = dnnl_out_of_memory,
          onednn_invalid_arguments = dnnl_invalid_arguments, onednn_not_implemented = dnnl_unimplemented;

const int onednn_arg_source = DNNL_ARG_SRC, onednn_arg_second_source = DNNL_ARG_SRC_1;
const int onednn_arg_weights = DNNL_ARG_WEIGHTS, onednn_arg_bias = DNNL_ARG_BIAS, onednn_arg_destination = DNNL_ARG_DST;
const int onednn_arg_source_gradient = DNNL_ARG_DIFF_SRC, onednn_arg_destination_gradient = DNNL_ARG_DIFF_DST;
const int onednn_arg_weights_gradient = DNNL_ARG_DIFF_WEIGHTS, onednn_arg_bias_gradient = DNNL_ARG_DIFF_BIAS;
const int onednn_arg_mean = DNNL_ARG_MEAN, onednn_arg_variance = DNNL_ARG_VARIANCE, onednn_arg_scale = DNNL_ARG_SCALE,
          onednn_arg_shift = DNNL_ARG_SHIFT, onednn_arg_scale_gradient = DNNL_ARG_DIFF_SCALE,
          onednn_arg_shift_gradient = DNNL_ARG_DIFF_SHIFT, onednn_arg_workspace = DNNL_ARG_WORKSPACE;

void onednn_version(int *major, int *minor, int *patch) {
    const dnnl_version_t *version = dnnl_version();
    *major = version->major;
    *minor = version->minor;
    *patch = version->patch;
}

int onednn_instruction_set(void) {
    return (int)dnnl_get_effective_cpu_isa();
}

/* The masks of instruction sets hold those of the sets they contain. */
static int dispatches_to(dnnl_cpu_isa_t set) {
    return ((unsigned)dnnl_get_effective_cpu_isa() & (unsigned)set) == (unsigned)set;
}

int onednn_has_avx2(void) {
    return dispatches_to(dnnl_cpu_isa_avx2);
}

int onednn_has_avx512(void) {
    return dispatches_to(dnnl_cpu_isa_avx512_core);
}

int onednn_multiplies_bfloat16(void) {
    return dispatches_to(dnnl_cpu_isa_avx512_core_bf16);
}

void onednn_set_threads(int count) {
    omp_set_num_threads(count);
}

int onednn_engine_create(onednn_engine **out) {
    onednn_engine *engine = calloc(1, sizeof *engine);
    if (!engine) return dnnl_out_of_memory;
    dnnl_status_t status = dnnl_engine_create(&engine->engine, dnnl_cpu, 0);
    if (status == dnnl_success)
        status = dnnl_stream_create(&engine->stream, engine->engine, dnnl_stream_default_flags);
    if (status != dnnl_success) {
        onednn_engine_destroy(engine);
        return (int)status;
    }
    *out = engine;
    return dnnl_success;
}

void onednn_engine_destroy(onednn_engine *engine) {
    if (!engine) return;
    if (engine->stream) dnnl_stream_destroy(engine->stream);
    if (engine->engine) dnnl_engine_destroy(engine->engine);
    free(engine);
}

/* With strides, or else with a tag. */
static int create_descriptor(onednn_descriptor **out, onednn_number number, int rank, const int64_t *sizes,
                             const int64_t *strides, dnnl_format_tag_t tag) {
    const dnnl_data_type_t type = number == onednn_bfloat16 ? dnnl_bf16 : dnnl_f32;
    onednn_descriptor *descriptor = calloc(1, sizeof *descriptor);
    if (!descriptor) return dnnl_out_of_memory;
    dnnl_status_t status;
#if DNNL_VERSION_MAJOR >= 3
    status = strides ? dnnl_memory_desc_create_with_strides(&descriptor->md, rank, sizes, type, strides)
                     : dnnl_memory_desc_create_with_tag(&descriptor->md, rank, sizes, type, tag);
#else
    status = strides ? dnnl_memory_desc_init_by_strides(&descriptor->md, rank, sizes, type, strides)
                     : dnnl_memory_desc_init_by_tag(&descriptor->md, rank, sizes, type, tag);
#endif
    if (status != dnnl_success) {
        free(descriptor);
        return (int)status;
    }
    *out = descriptor;
    return dnnl_success;
}

int onednn_descriptor_create(onednn_descriptor **out, onednn_number number, int rank, const int64_t *sizes,
                             const int64_t *strides) {
    return create_descriptor(out, number, rank, sizes, strides, dnnl_format_tag_any);
}

int onednn_descriptor_create_in_blocks(onednn_descriptor **out, onednn_number number, const int64_t *sizes,
                                       int channels) {
    switch (channels) {
    case 16: return create_descriptor(out, number, 4, sizes, NULL, dnnl_nChw16c);
    case 8: return create_descriptor(out, number, 4, sizes, NULL, dnnl_nChw8c);
    case 4: return create_descriptor(out, number, 4, sizes, NULL, dnnl_nChw4c);
    default: return dnnl_invalid_arguments;
    }
}

void onednn_descriptor_destroy(onednn_descriptor *descriptor) {
    if (!descriptor) return;
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_desc_destroy(descriptor->md);
#endif
    free(descriptor);
}

int onednn_descriptor_equal(const onednn_descriptor *a, const onednn_descriptor *b) {
    return dnnl_memory_desc_equal(MD(a), MD(b));
}

#if DNNL_VERSION_MAJOR >= 3
static const dnnl_dim_t *dims(const_md md, dnnl_query_t what) {
    const dnnl_dims_t *found = NULL;
    return dnnl_memory_desc_query(md, what, &found) == dnnl_success && found ? *found : NULL;
}

static int has_blocks(const_md md) {
    int count = 0;
    return dnnl_memory_desc_query(md, dnnl_query_inner_nblks_s32, &count) != dnnl_success || count > 0;
}

static int axis_count(const_md md) {
    int count = 0;
    return dnnl_memory_desc_query(md, dnnl_query_ndims_s32, &count) == dnnl_success ? count : 0;
}

static dnnl_data_type_t number_of(const_md md) {
    dnnl_data_type_t type = dnnl_data_type_undef;
    return dnnl_memory_desc_query(md, dnnl_query_data_type, &type) == dnnl_success ? type : dnnl_data_type_undef;
}

#define SIZES(md) dims(md, dnnl_query_dims)
#define PADDED_SIZES(md) dims(md, dnnl_query_padded_dims)
#define STRIDES(md) dims(md, dnnl_query_strides)
#else
static int has_blocks(const_md md) {
    return md->format_kind != dnnl_blocked || md->format_desc.blocking.inner_nblks > 0;
}

static int axis_count(const_md md) {
    return md->ndims;
}

static dnnl_data_type_t number_of(const_md md) {
    return md->data_type;
}

#define SIZES(md) ((md)->dims)
#define PADDED_SIZES(md) ((md)->padded_dims)
#define STRIDES(md) ((md)->format_desc.blocking.strides)
#endif

int onednn_descriptor_has_strides(const onednn_descriptor *descriptor, const int64_t *strides) {
    const_md md = MD(descriptor);
    if (has_blocks(md)) return 0;
    const dnnl_dim_t *sizes = SIZES(md), *padded = PADDED_SIZES(md), *actual = STRIDES(md);
    if (!sizes || !padded || !actual) return 0;
    for (int axis = 0; axis < axis_count(md); axis++) {
        if (padded[axis] != sizes[axis]) return 0;
        if (sizes[axis] > 1 && actual[axis] != strides[axis]) return 0;
    }
    return 1;
}

int onednn_descriptor_is_bfloat16(const onednn_descriptor *descriptor) {
    return number_of(MD(descriptor)) == dnnl_bf16;
}

size_t onednn_descriptor_byte_count(const onednn_descriptor *descriptor) {
    return dnnl_memory_desc_get_size(MD(descriptor));
}

int onednn_make_attributes(dnnl_primitive_attr_t *out) {
    TRY(dnnl_primitive_attr_create(out));
    dnnl_status_t status = dnnl_primitive_attr_set_scratchpad_mode(*out, dnnl_scratchpad_mode_user);
    if (status != dnnl_success) dnnl_primitive_attr_destroy(*out);
    return (int)status;
}

int onednn_finish(onednn_primitive **out, onednn_engine *engine, dnnl_primitive_desc_t description) {
    onednn_primitive *primitive = calloc(1, sizeof *primitive);
    dnnl_status_t status = primitive ? dnnl_primitive_create(&primitive->primitive, description) : dnnl_out_of_memory;
    if (status != dnnl_success) {
        dnnl_primitive_desc_destroy(description);
        free(primitive);
        return (int)status;
    }
    primitive->description = description;
    primitive->engine = engine->engine;
    *out = primitive;
    return dnnl_success;
}

void onednn_primitive_destroy(onednn_primitive *primitive) {
    if (!primitive) return;
    for (int i = 0; i < primitive->argument_count; i++) dnnl_memory_destroy(primitive->arguments[i].memory);
    dnnl_primitive_destroy(primitive->primitive);
    dnnl_primitive_desc_destroy(primitive->description);
    free(primitive);
}

int onednn_primitive_descriptor(const onednn_primitive *primitive, int role, onednn_descriptor **out) {
    const_md found = dnnl_primitive_desc_query_md(primitive->description, dnnl_query_exec_arg_md, role);
    if (!found) return dnnl_invalid_arguments;
    onednn_descriptor *descriptor = calloc(1, sizeof *descriptor);
    if (!descriptor) return dnnl_out_of_memory;
#if DNNL_VERSION_MAJOR >= 3
    dnnl_status_t status = dnnl_memory_desc_clone(&descriptor->md, found);
    if (status != dnnl_success) {
        free(descriptor);
        return (int)status;
    }
#else
    descriptor->md = *found;
#endif
    *out = descriptor;
    return dnnl_success;
}

const char *onednn_primitive_implementation(const onednn_primitive *primitive) {
    const char *name = NULL;
    dnnl_primitive_desc_query(primitive->description, dnnl_query_impl_info_str, 0, &name);
    return name ? name : "";
}

size_t onednn_primitive_scratchpad_byte_count(const onednn_primitive *primitive) {
    const_md scratchpad = dnnl_primitive_desc_query_md(primitive->description, dnnl_query_scratchpad_md, 0);
    return scratchpad ? dnnl_memory_desc_get_size(scratchpad) : 0;
}

static int bind_one(onednn_primitive *primitive, int role, const_md md) {
    dnnl_exec_arg_t *argument = &primitive->arguments[primitive->argument_count];
    /* NULL data, not DNNL_MEMORY_ALLOCATE: only the pointers given to execute are ever used. */
    TRY(dnnl_memory_create(&argument->memory, md, primitive->engine, NULL));
    argument->arg = role;
    primitive->argument_count++;
    return dnnl_success;
}

int onednn_primitive_bind(onednn_primitive *primitive, const int *roles, int count) {
    if (primitive->argument_count || count + 1 > max_bound_arguments) return dnnl_invalid_arguments;
    for (int i = 0; i < count; i++) {
        const_md md = dnnl_primitive_desc_query_md(primitive->description, dnnl_query_exec_arg_md, roles[i]);
        if (!md) return dnnl_invalid_arguments;
        TRY(bind_one(primitive, roles[i], md));
    }
    const_md scratchpad = dnnl_primitive_desc_query_md(primitive->description, dnnl_query_scratchpad_md, 0);
    return bind_one(primitive, DNNL_ARG_SCRATCHPAD, scratchpad);
}

int onednn_primitive_execute(onednn_primitive *primitive, onednn_engine *engine, void *const *pointers,
                             void *scratchpad) {
    int last = primitive->argument_count - 1;
    for (int i = 0; i < last; i++) TRY(dnnl_memory_set_data_handle(primitive->arguments[i].memory, pointers[i]));
    TRY(dnnl_memory_set_data_handle(primitive->arguments[last].memory, scratchpad));
    TRY(dnnl_primitive_execute(primitive->primitive, engine->stream, primitive->argument_count, primitive->arguments));
    return (int)dnnl_stream_wait(engine->stream);
}

int onednn_sgemm(char transposed_a, char transposed_b, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
                 const float *b, int64_t ldb, float *c, int64_t ldc) {
    return (int)dnnl_sgemm(transposed_a, transposed_b, m, n, k, 1.0f, a, lda, b, ldb, 0.0f, c, ldc);
}
