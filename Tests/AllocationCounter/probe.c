/* Allocates a known number of times, itself and through the library of probe_library.c, to test the counter. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void library_allocate(int times);

static void *volatile kept; /* so that the compiler cannot leave an allocation out */

/* Nine calls a round. */
static void allocate_each_way(void) {
    void *memory;
    kept = malloc(10);
    kept = calloc(2, 10);
    kept = realloc(NULL, 10);
    kept = realloc(kept, 100000);
    if (posix_memalign(&memory, 64, 100) == 0) kept = memory;
    kept = aligned_alloc(64, 128);
    kept = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    kept = mremap(kept, 4096, 8192, MREMAP_MAYMOVE);
    kept = sbrk(16);
}

int main(int count, char **arguments) {
    int rounds = count > 1 ? atoi(arguments[1]) : 0;
    for (int i = 0; i < rounds; i++) allocate_each_way();
    library_allocate(rounds);
    return 0;
}
