// What Linux has beside POSIX, which C's headers show only to those that define _GNU_SOURCE.
#ifndef APUS_CLINUX_SHIM_H
#define APUS_CLINUX_SHIM_H

#include <errno.h>
#include <linux/memfd.h>
#include <linux/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

// memfd_create(2): a file in memory, without a name in any file system, closed on exec; -1 if there can be none. Some systems insist
// on knowing that it is no program, others do not know the word.
static inline int apus_memfd_create(const char *name) {
    int made = (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);
    if (made < 0 && errno == EINVAL) made = (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC);
    return made;
}

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
static const int apus_madv_populate_write = MADV_POPULATE_WRITE;

#endif
