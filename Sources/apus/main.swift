import ArgumentParser
import Communication
import Glibc
import Training

// First of all, before any thread starts, and before a signal could meet its default action: for a training these signals are
// requests, for every other command the end.
if CommandLine.arguments.dropFirst().first == TrainCommand.configuration.commandName { StopSignals.block() }

// The threads of oneDNN's kernels spin for each other, which libgomp bounds when it is loaded: before any line of this program.
boundSpinning()

// Closed standard descriptors would be given to the run's files, and messages would land in them. What is written to their stand-ins
// fails, as it should: a command whose results go nowhere has failed.
while true {
    let descriptor = open("/dev/null", O_RDONLY)
    if descriptor > STDERR_FILENO || descriptor < 0 {
        close(descriptor)
        break
    }
}

// Output that nobody reads any more, as behind `| head`, must not end a training; nor must a file that grows beyond a limit, which is
// an error like a full disk.
signal(SIGPIPE, SIG_IGN)
signal(SIGXFSZ, SIG_IGN)

do {
    var command = try Apus.parseAsRoot()
    try command.run()
} catch {
    leave(after: error)
}

/// Prints what ArgumentParser has to say about `error` and leaves with the exit code of Apus for it.
func leave(after error: any Error) -> Never {
    if error is OutputError {
        printError("\(error)")
        exit(ExitStatus.failure.rawValue)
    }
    let code = Apus.exitCode(for: error)
    let launch = LaunchEnvironment()
    let rank = launch?.rank ?? 0
    guard code != .success else {
        do {
            if rank == 0 { try printResult(Apus.fullMessage(for: error)) }
            exit(0)
        } catch {
            leave(after: error)
        }
    }
    complain(Apus.fullMessage(for: error), launch)
    exit(ExitStatus.usage.rawValue)
}

/// Prints `message` about the command line on one of the ranks that were given it.
///
/// Under mpirun every rank parses the same words, and one complaint is enough. The launcher ends the job as soon as one rank has left:
/// so rank 0 speaks first; where it has nothing to complain of, the first rank of another command line; and the rest wait for them.
func complain(_ message: String, _ launch: LaunchEnvironment?) {
    guard let launch, launch.rank != 0 else { return printErrorText(message) }
    StopSignals.block()
    usleep(500_000)
    guard launch.isFirstOfCommandLine else {
        usleep(500_000)
        return
    }
    // The launcher's signals say that another rank has spoken and left.
    if !StopSignals.hasArrived() { printErrorText("Rank \(launch.rank): \(message)") }
}
