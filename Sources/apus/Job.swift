import Communication
import DataParallel
import Glibc
import MPI
import Training

/// Runs a command's work on one process or on all ranks of a job, and turns errors into words and exit codes.
enum Job {
    /// Runs `body` with this process's communicator and leaves the process.
    ///
    /// Without a launcher's environment there is one rank and MPI is not even initialised. What all ranks know to have gone
    /// wrong is printed once and all leave in order; any other error ends the whole job at once.
    static func run(_ body: (any Communicator) throws -> ExitStatus?) throws -> Never {
        guard let launch = LaunchEnvironment() else {
            exit(finish(SingleProcessCommunicator(), body))
        }
        let code = try start(launch, body)
        exit(code)
    }

    /// The MPI library's version if this process runs under a launcher.
    static var mpiVersion: String? {
        LaunchEnvironment() == nil ? nil : MPIRuntime.libraryVersion
    }

    private static func start(
        _ launch: LaunchEnvironment, _ body: (any Communicator) throws -> ExitStatus?
    ) throws -> Int32 {
        do {
            return try MPIRuntime.run(exitCode: ExitStatus.of, launch: launch, report: printError) { world in
                try orderly(world, body)
            }
        } catch {
            printError("\(error)")
            return startExitCode(of: error)
        }
    }

    /// A launcher of another MPI is wrong usage; the other reasons why MPI does not start are faults of the machine.
    private static func startExitCode(of error: any Error) -> Int32 {
        if case MPIStartError.aloneDespite = error { return ExitStatus.usage.rawValue }
        return ExitStatus.of(error)
    }

    private static func finish(
        _ communicator: SingleProcessCommunicator, _ body: (any Communicator) throws -> ExitStatus?
    ) -> Int32 {
        do {
            return try orderly(communicator, body)
        } catch {
            printError("\(error)")
            return ExitStatus.of(error)
        }
    }

    /// Runs `body`; returns the exit code for success and for failures that all ranks share, throws the others.
    private static func orderly(
        _ communicator: any Communicator, _ body: (any Communicator) throws -> ExitStatus?
    ) throws -> Int32 {
        // Until a command sets another: no wait is without an end.
        communicator.waitPolicy = WaitPolicy { printError("warning: \($0)") }
        do {
            return try body(communicator)?.rawValue ?? 0
        } catch let failure as SettledFailure {
            failure.message(for: communicator.rank).map(printError)
            return failure.exitCode
        } catch let error as UsageError {
            if communicator.rank == 0 { printError("\(error)") }
            return ExitStatus.usage.rawValue
        } catch let error as OutputError {
            // The others have nothing left to do with this rank.
            printError("\(error)")
            return ExitStatus.failure.rawValue
        } catch let error where error is DisagreementError || error is TrainingError {
            if communicator.rank == 0 { printError("\(error)") }
            return ExitStatus.of(error)
        }
    }
}
