#ifndef clones_h
#define clones_h

/* One compiled copy per instruction set, chosen when the program is loaded. */
#if defined(__x86_64__) && defined(__linux__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

/* a * b + c, if written so, stays two roundings on every instruction set, in every file that includes this one. */
#pragma STDC FP_CONTRACT OFF

#endif
