import COpenMPI
import Communication

/// MPI's handle of an element's type.
func datatype(_ type: ElementType) -> apus_mpi_datatype {
    switch type {
    case .float32: apus_mpi_float()
    case .float64: apus_mpi_double()
    case .int32: apus_mpi_int32()
    case .int64: apus_mpi_int64()
    case .uint8: apus_mpi_uint8()
    }
}

/// MPI's handle of a reduction.
func operation(_ reduction: Reduction) -> apus_mpi_op {
    switch reduction {
    case .sum: apus_mpi_sum()
    case .minimum: apus_mpi_min()
    case .maximum: apus_mpi_max()
    }
}
