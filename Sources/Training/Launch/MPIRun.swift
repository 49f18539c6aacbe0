import Foundation

/// A program run on ranks by `mpirun`.
public struct MPIRun: Sendable {
    /// After so many seconds a job that has not ended is ended.
    public var deadlineSeconds = 600.0

    /// A run on this host.
    public init() {}

    /// Runs `words` on `ranks` ranks; returns what they wrote to standard output and to standard error.
    /// - Parameter task: what the ranks are there for, for messages: "measuring cnn on 2 ranks".
    /// - Throws: ``MPIRunError``.
    public func output(of words: [String], ranks: Int, task: String) throws(MPIRunError) -> (
        output: String, errors: String
    ) {
        let child: ChildProcess
        do {
            child = try ChildProcess.run(
                ["mpirun"] + LaunchPlan(ranks: ranks).options + words, deadlineSeconds: deadlineSeconds)
        } catch {
            throw MPIRunError(error, task: task)
        }
        guard child.exitCode == 0 else { throw .failed(exitCode: child.exitCode, said: child.errors, task: task) }
        return (child.output, child.errors)
    }
}

/// A job that gave no result.
public enum MPIRunError: Error, Equatable, CustomStringConvertible {
    /// There is no `mpirun`, or it cannot be started for a reason given as `errno`.
    case cannotStart(code: Int32)
    /// It ended with another code than 0.
    case failed(exitCode: Int32, said: String, task: String)
    /// It had not ended in time.
    case tooLate(seconds: Double, task: String)
    /// This process got a signal that asks it to end; the job has been ended.
    case interrupted(signal: Int32)

    init(_ failure: ChildProcess.Failure, task: String) {
        switch failure {
        case .cannotStart(let code): self = .cannotStart(code: code)
        case .tooLate(let seconds): self = .tooLate(seconds: seconds, task: task)
        case .interrupted(let signal): self = .interrupted(signal: signal)
        }
    }

    public var description: String {
        switch self {
        case .cannotStart(ENOENT):
            "There is no mpirun on PATH; install Open MPI (Debian: openmpi-bin) to measure more than one process."
        case .cannotStart(let code): "mpirun cannot be started: \(String(cString: strerror(code)))."
        case .failed(let code, let said, let task):
            "mpirun ended with exit code \(code) while \(task): \(Self.sentence(in: said))"
        case .tooLate(let seconds, let task):
            "mpirun had not ended after \(Int(seconds.rounded(.up))) s while \(task), so it was ended."
        case .interrupted(let signal): "Ended by signal \(signal)."
        }
    }

    /// What a rank said, or else what mpirun says between its rules; the first that is no warning.
    static func sentence(in text: String) -> String {
        let (lines, framed) = parts(of: text)
        guard let first = lines.first(where: isError) ?? framed.first(where: isError) ?? (lines + framed).first else {
            return "it said nothing."
        }
        return first.hasSuffix(".") ? first : first.trimmingCharacters(in: [":"]) + "."
    }

    /// Ranks speak in single lines. Between its rules mpirun has paragraphs, which come out as a line each.
    private static func parts(of text: String) -> (lines: [String], framed: [String]) {
        var (lines, framed, paragraph, isFramed) = ([String](), [String](), [String](), false)
        for line in (text + "\n").split(separator: "\n", omittingEmptySubsequences: false) {
            let line = line.trimmingCharacters(in: .whitespaces)
            let endsParagraph = line.allSatisfy { $0 == "-" }
            if endsParagraph && !paragraph.isEmpty {
                framed.append(paragraph.joined(separator: " "))
                paragraph = []
            }
            if endsParagraph {
                if !line.isEmpty { isFramed.toggle() }
            } else if isFramed {
                paragraph.append(line)
            } else {
                lines.append(line)
            }
        }
        return (lines, framed)
    }

    /// Neither a warning of a rank or of mpirun, nor a remark of mpirun's, which begins with host and process in brackets.
    private static func isError(_ line: String) -> Bool {
        let text = line.lowercased()
        return !text.hasPrefix("warning")
            && !(text.hasPrefix("[") && (!text.hasPrefix("[rank") || text.contains("] warning:")))
    }
}
