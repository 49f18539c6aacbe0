// The handles that mpi.h defines as macros, as functions: Swift cannot import a cast. Their types stay the library's own
// (pointers in Open MPI, integers in MPICH), so that either builds.
#ifndef APUS_COPENMPI_SHIM_H
#define APUS_COPENMPI_SHIM_H

#if __has_include(<mpi.h>)
#include <mpi.h>
#else  // Debian's folder, found without pkg-config.
#include <mpi/mpi.h>
#endif

static inline MPI_Comm apus_mpi_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Comm apus_mpi_comm_null(void) { return MPI_COMM_NULL; }
static inline MPI_Errhandler apus_mpi_errors_return(void) { return MPI_ERRORS_RETURN; }

static inline MPI_Request apus_mpi_request_null(void) { return MPI_REQUEST_NULL; }
static inline MPI_Status *apus_mpi_status_ignore(void) { return MPI_STATUS_IGNORE; }

static inline int apus_mpi_any_source(void) { return MPI_ANY_SOURCE; }

// Wrapped, so that Swift can name their types without knowing which library's they are.
typedef struct { MPI_Datatype handle; } apus_mpi_datatype;
typedef struct { MPI_Op handle; } apus_mpi_op;

static inline apus_mpi_datatype apus_mpi_float(void) { return (apus_mpi_datatype){MPI_FLOAT}; }
static inline apus_mpi_datatype apus_mpi_double(void) { return (apus_mpi_datatype){MPI_DOUBLE}; }
static inline apus_mpi_datatype apus_mpi_int32(void) { return (apus_mpi_datatype){MPI_INT32_T}; }
static inline apus_mpi_datatype apus_mpi_int64(void) { return (apus_mpi_datatype){MPI_INT64_T}; }
static inline apus_mpi_datatype apus_mpi_uint8(void) { return (apus_mpi_datatype){MPI_UINT8_T}; }

static inline apus_mpi_op apus_mpi_sum(void) { return (apus_mpi_op){MPI_SUM}; }
static inline apus_mpi_op apus_mpi_min(void) { return (apus_mpi_op){MPI_MIN}; }
static inline apus_mpi_op apus_mpi_max(void) { return (apus_mpi_op){MPI_MAX}; }

#endif
