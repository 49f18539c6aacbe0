/* What the two kinds of pooling share. */
#ifndef pooling_h
#define pooling_h

#include "lines.h"
#include "parts.h"

/* The part of a window that lies inside the image, along one axis. */
typedef struct {
    size_t first, end;
} pool_span;

INLINE pool_span pool_inside(size_t place, size_t kernel, size_t stride, size_t padding, size_t size) {
    size_t begin = place * stride, end = begin + kernel;
    pool_span span = {begin > padding ? begin - padding : 0, end - padding < size ? end - padding : size};
    return span;
}

/* The elements of all images, and of all results. */
INLINE size_t pool_source_count(const kernel_pool *pool) {
    return pool->images * pool->height * pool->width * pool->lanes;
}

INLINE size_t pool_result_count(const kernel_pool *pool) {
    return pool->images * pool->rows * pool->columns * pool->lanes;
}

/* Whether every element belongs to one window at most, and none to the padding. */
INLINE int pool_tiles(const kernel_pool *pool) {
    return pool->stride == pool->kernel && pool->padding == 0;
}

/* A part's images, and how many elements of source and result come before them. */
INLINE kernel_pool pool_part(const kernel_pool *pool, int part, size_t *sources, size_t *results) {
    size_t first = part_start(pool->images, part), end = part_start(pool->images, part + 1);
    kernel_pool share = *pool;
    share.images = first;
    *sources = pool_source_count(&share);
    *results = pool_result_count(&share);
    share.images = end - first;
    return share;
}

#endif
