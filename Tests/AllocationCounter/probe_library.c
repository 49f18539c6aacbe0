/* Built under the name of a library of oneDNN or MPI. Five allocations each time, one of them by libc on its behalf. */
#include <stdlib.h>
#include <string.h>

static void *volatile kept;

void library_allocate(int times) {
    for (int i = 0; i < times; i++) {
        for (int k = 0; k < 4; k++) kept = malloc(32);
        kept = strdup("a copy");
    }
}
