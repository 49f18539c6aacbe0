#ifndef parallel_h
#define parallel_h

/* One part of some work, numbered from 0. */
typedef void (*part_body)(void *data, int part);

/* Runs body for all parts on up to `threads` threads, those that oneDNN's own loops run on. What a part is must not depend on
 * the number of threads: then no bit of the result does. */
void kernel_run_parts(int threads, int parts, part_body body, void *data);

#endif
