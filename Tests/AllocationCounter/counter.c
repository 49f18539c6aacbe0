/* Counts what a process allocates, by owner. Preloaded with LD_PRELOAD; at exit appends one line to the file named by
 * ALLOCATION_COUNTER_FILE:
 *
 *     apus CALLS BYTES onednn CALLS BYTES mpi CALLS BYTES
 *
 * The owner of a call is found by walking up its stack to the first frame in a library that belongs to somebody. libc,
 * libstdc++ and the like belong to nobody: they allocate for whoever called them. The program, the Swift libraries and
 * whatever is left at the end of the walk belong to Apus. Memory is requested again, not given back, so free is not seen. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's own allocator under its second name: no dlsym, which allocates itself. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void *__sbrk(intptr_t);

enum owner { APUS, ONEDNN, MPI, NOBODY };

static const struct { const char *prefix; enum owner owner; } libraries[] = {
    {"libdnnl", ONEDNN}, {"libgomp", ONEDNN},
    {"libmpi", MPI}, {"libopen-pal", MPI}, {"libopen-rte", MPI}, {"libpmix", MPI}, {"libmca_", MPI}, {"mca_", MPI},
    {"libswift", APUS}, {"libFoundation", APUS}, {"lib_Foundation", APUS}, {"libdispatch", APUS},
};

enum { DEEPEST = 64 };
static atomic_llong calls[NOBODY], bytes[NOBODY];
static atomic_int ready;
/* Walking the stack may allocate; what the counter itself causes is not counted. */
static _Thread_local int inside __attribute__((tls_model("initial-exec")));

static enum owner owner_of_library(const char *path) {
    if (path[0] == '\0') return APUS; /* the program itself */
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
        if (strncmp(name, libraries[i].prefix, strlen(libraries[i].prefix)) == 0) return libraries[i].owner;
    return NOBODY;
}

static enum owner owner_of_stack(void) {
    void *frames[DEEPEST];
    int depth = backtrace(frames, DEEPEST);
    for (int i = 0; i < depth; i++) {
        struct dl_find_object found;
        if (_dl_find_object(frames[i], &found) != 0) continue;
        enum owner owner = owner_of_library(found.dlfo_link_map->l_name);
        if (owner != NOBODY) return owner;
    }
    return APUS;
}

static void count(size_t size) {
    if (inside || !atomic_load_explicit(&ready, memory_order_relaxed)) return;
    int error = errno;
    inside = 1;
    enum owner owner = owner_of_stack();
    atomic_fetch_add_explicit(&calls[owner], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&bytes[owner], (long long)size, memory_order_relaxed);
    inside = 0;
    errno = error;
}

/* The first backtrace loads libgcc_s; only then does counting start. */
__attribute__((constructor)) static void start(void) {
    void *frame[1];
    backtrace(frame, 1);
    atomic_store(&ready, 1);
}

__attribute__((destructor)) static void report(void) {
    atomic_store(&ready, 0);
    const char *path = getenv("ALLOCATION_COUNTER_FILE");
    if (path == NULL) return;
    char line[256];
    int length = snprintf(line, sizeof line, "apus %lld %lld onednn %lld %lld mpi %lld %lld\n", calls[APUS], bytes[APUS],
                          calls[ONEDNN], bytes[ONEDNN], calls[MPI], bytes[MPI]);
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644); /* ranks append to one file, each a line in one write */
    if (file < 0 || write(file, line, (size_t)length) != length) dprintf(2, "allocation counter: cannot write %s\n", path);
    if (file >= 0) close(file);
}

void *malloc(size_t size) { count(size); return __libc_malloc(size); }

void *calloc(size_t number, size_t size) { count(number * size); return __libc_calloc(number, size); }

void *realloc(void *old, size_t size) { count(size); return __libc_realloc(old, size); }

void *memalign(size_t alignment, size_t size) { count(size); return __libc_memalign(alignment, size); }

void *aligned_alloc(size_t alignment, size_t size) { count(size); return __libc_memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
    count(size);
    void *memory = __libc_memalign(alignment, size);
    if (memory == NULL) return ENOMEM;
    *result = memory;
    return 0;
}

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
    count(length);
    return (void *)syscall(SYS_mmap, address, length, protection, flags, file, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int file, off64_t offset) {
    return mmap(address, length, protection, flags, file, offset);
}

void *mremap(void *old, size_t old_length, size_t length, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    void *address = va_arg(rest, void *); /* read by the kernel only when the flags say so */
    va_end(rest);
    count(length);
    return (void *)syscall(SYS_mremap, old, old_length, length, flags, address);
}

void *sbrk(intptr_t increment) {
    if (increment > 0) count((size_t)increment);
    return __sbrk(increment);
}

int brk(void *end) {
    static int (*next)(void *);
    if (next == NULL) next = (int (*)(void *))dlsym(RTLD_NEXT, "brk");
    count(0);
    return next(end);
}
