#include "CKernels.h"

/* libgomp's entry points, which GCC calls for "#pragma omp parallel". oneDNN runs its loops on the same threads: a pool of
 * another library beside it would fight it for the cores. */
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);

struct job {
    int parts;
    part_body body;
    void *data;
};

static void run_share(void *data) {
    const struct job *job = data;
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
    int end = (int)((long)(thread + 1) * job->parts / threads);
    for (int part = (int)((long)thread * job->parts / threads); part < end; part++) job->body(job->data, part);
}

void kernel_run_parts(int threads, int parts, part_body body, void *data) {
    struct job job = {parts, body, data};
    if (threads > parts) threads = parts;
    if (threads > 1) {
        GOMP_parallel(run_share, &job, (unsigned)threads, 0);
    } else {
        for (int part = 0; part < parts; part++) body(data, part);
    }
}
