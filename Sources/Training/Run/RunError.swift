import Files
import Glibc

/// What goes wrong with the files of a run; the program exits with 1.
public enum RunError: Error, Equatable, CustomStringConvertible {
    /// The name of an experiment cannot be that of a folder.
    case unusableName(String)

    /// The run directory could not be made, or not be written to.
    case directoryUnusable(String, code: Int32)

    /// Something that is no directory bears the run directory's name.
    case notADirectory(String)

    /// Another process works in the run directory; `holder` is what its lock file says.
    case inUse(String, holder: String)

    /// The run directory already holds a run, seen by `evidence`, and the start was not a resumption.
    case holdsARun(String, evidence: String)

    /// A file of the run could not be worked on; `action` is a verb such as `"write"`.
    case fileFailed(action: String, file: String, code: Int32)

    init(_ error: FileError) {
        self = .fileFailed(action: error.action, file: error.path, code: error.code)
    }

    public var description: String {
        switch self {
        case .unusableName(let name):
            "The name '\(name)' cannot name a folder of runs: it must not be empty, '.' or '..', nor contain '/'."
        case .directoryUnusable(let directory, let code):
            "The run directory '\(directory)' cannot be created or written to: \(Self.text(code))."
        case .notADirectory(let path):
            "The run directory '\(path)' cannot be used: it exists and is not a directory."
        case .inUse(let directory, let holder):
            "The run directory '\(directory)' is in use by \(holder); choose another one or wait for that run to end."
        case .holdsARun(let directory, let evidence):
            "The run directory '\(directory)' already holds a run ('\(evidence)' exists); resume it or choose another one."
        case .fileFailed(let action, let file, let code):
            "Cannot \(action) '\(file)': \(Self.text(code))."
        }
    }

    /// The system's words for an `errno` value, as strerror(3) gives them.
    private static func text(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
