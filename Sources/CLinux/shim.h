// What Linux has beside POSIX, which C's headers show only to those that define _GNU_SOURCE.
#ifndef APUS_CLINUX_SHIM_H
#define APUS_CLINUX_SHIM_H

#include <linux/memfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// memfd_create(2): a file in memory, without a name in any file system, closed on exec; -1 if there can be none.
static inline int apus_memfd_create(const char *name) {
    return (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC);
}

#endif
