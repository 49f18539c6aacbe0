// Checks of the MPI module, started as `mpirun -n N RankTests [scenario [rank]]`: a process can initialise MPI only once, so
// these cannot live in a test runner. `Tests/RankTests/run` starts all of them.

import Foundation
import MPI

do {
    let scenario = try Scenario(CommandLine.arguments.dropFirst())
    // Any code but 1 shows that it is ours.
    let failureCount = try MPIRuntime.run(exitCode: { _ in 42 }) { try scenario.run(on: $0) }
    exit(failureCount == 0 ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(2)
}
