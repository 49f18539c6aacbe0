/* How work is cut for threads: into kernel_parts parts, so that the number of threads has no say in any bit. */
#ifndef parts_h
#define parts_h

#include "CKernels.h"

/* Work on fewer elements is done before other threads have been woken, which costs microseconds. */
enum { worth_threads = 1 << 15 };

static inline int useful_threads(size_t elements, int threads) {
    return elements < worth_threads ? 1 : threads;
}

/* How many of `count` items come before a part; those before the part behind the last are all of them. */
static inline size_t part_start(size_t count, int part) {
    return count * (size_t)part / kernel_parts;
}

/* Runs body for all parts of work on so many elements. */
static inline void run_parts(size_t elements, int threads, part_body body, void *data) {
    kernel_run_parts(useful_threads(elements, threads), kernel_parts, body, data);
}

#endif
