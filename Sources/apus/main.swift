import ArgumentParser
import Communication
import Glibc
import Training

// First of all, before any thread starts, and before a signal could meet its default action: for a training these signals are
// requests, for every other command the end.
if CommandLine.arguments.dropFirst().first == TrainCommand.configuration.commandName { StopSignals.block() }

// Closed standard descriptors would be given to the run's files, and messages would land in them.
while true {
    let descriptor = open("/dev/null", O_RDWR)
    if descriptor > STDERR_FILENO || descriptor < 0 {
        close(descriptor)
        break
    }
}

// Output that nobody reads any more, as behind `| head`, must not end a training.
signal(SIGPIPE, SIG_IGN)

// Under mpirun every rank parses the same words; one complaint is enough.
do {
    var command = try Apus.parseAsRoot()
    try command.run()
} catch {
    leave(after: error)
}

/// Prints what ArgumentParser has to say about `error` and leaves with the exit code of Apus for it.
func leave(after error: any Error) -> Never {
    let code = Apus.exitCode(for: error)
    let rank = LaunchEnvironment()?.rank ?? 0
    guard code != .success else {
        do {
            if rank == 0 { try printResult(Apus.fullMessage(for: error)) }
            exit(0)
        } catch {
            printError("\(error)")
            exit(ExitStatus.failure.rawValue)
        }
    }
    // The launcher ends the job as soon as one rank has left, so rank 0 must be first to speak.
    if rank == 0 { printErrorText(Apus.fullMessage(for: error)) } else { usleep(500_000) }
    exit(ExitStatus.usage.rawValue)
}
