import Files
public import Foundation

/// The folder of one run: its files' places, and the lock that keeps a second run out for the life of this object.
///
///     config.yaml  manifest.json  metrics.jsonl  checkpoints/step-00000470.safetensors
///
/// A resumption leaves what it finds: see ``write(configuration:)`` and ``write(_:)``.
public final class RunDirectory {
    /// What to do with a directory that already holds a run.
    public enum Existing: Sendable {
        /// It is an error.
        case refuse
        /// It is gone on with.
        case resume
    }

    /// The directory, as it was named.
    public let path: String
    private let lock: RunLock

    /// Takes the directory `path`, made with its parents if it does not exist.
    /// - Throws: ``RunError`` if it cannot be made or written to, is a file, is in use, or holds a run that is not to be
    ///   resumed. No file of a run is changed then.
    public init(at path: String, existing: Existing) throws {
        try Self.createDirectory(path)
        lock = try RunLock(directory: path)
        self.path = path
        if existing == .refuse, let evidence = contents() {
            throw RunError.holdsARun(path, evidence: evidence)
        }
        try Self.createDirectory(checkpointFolder)
        // Under the lock no other writer is at work: what is half-written was left by one that was killed.
        for folder in [path, checkpointFolder] { AtomicFile.removeStaleTemporaries(inFolder: folder) }
    }

    /// Makes and takes a new directory `root/name/run`, where `run` is the UTC time such as `20261122T101530Z`, followed by
    /// `-2`, `-3`, … if another run started in the same second.
    public convenience init(newRunOf name: String, under root: String = "runs", at time: Date = Date()) throws {
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\0") else {
            throw RunError.unusableName(name)
        }
        let parent = "\(root)/\(name)"
        try Self.createDirectory(parent)
        try self.init(at: Self.reserve(in: parent, run: Self.runName(of: time)), existing: .refuse)
    }

    /// The newest run of the experiment `name` that can be gone on with: it has a checkpoint, and that is not its last step, or lacks the
    /// validation that belongs to it.
    static func unfinishedRun(of name: String, totalSteps: Int, under root: String = "runs") -> String? {
        let parent = "\(root)/\(name)"
        let runs = ((try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []).sorted(by: >)
        let newest = runs.lazy.map { "\(parent)/\($0)" }
            .compactMap { run in newestStep(inRun: run).map { (run, $0) } }.first
        guard let (run, step) = newest, step < totalSteps || !isValidated(step, inRun: run) else { return nil }
        return run
    }

    /// Whether the checkpoint of `step` holds the validation after that step; taken for granted where it cannot be read.
    private static func isValidated(_ step: Int, inRun run: String) -> Bool {
        let checkpoint = try? Checkpoint(path: CheckpointFile(step: step, runDirectory: run).path)
        return checkpoint?.position.isValidated ?? true
    }

    /// The resolved configuration of the first start.
    public var configurationFile: String { path + "/config.yaml" }
    /// The manifest of the first start.
    public var manifestFile: String { path + "/manifest.json" }
    /// The log, see ``RunLog``.
    public var metricsFile: String { path + "/metrics.jsonl" }
    var checkpointFolder: String { path + "/" + CheckpointFile.folder }

    /// Writes the resolved configuration: to `config.yaml`, or, on a resumption with another one, to `config-2.yaml` and so on.
    public func write(configuration yaml: String) throws {
        try keep(yaml, as: "config", "yaml")
    }

    /// Writes `manifest.json`; on a resumption `manifest-2.json` and so on.
    public func write(_ manifest: Manifest) throws {
        try keep(String(decoding: manifest.json(), as: UTF8.self), as: "manifest", "json")
    }

    /// Writes `text` to the first name of `name.type`, `name-2.type`, … that is free, atomically, unless the last that is taken
    /// holds the same: what an earlier start wrote stays, and the last is what holds.
    private func keep(_ text: String, as name: String, _ type: String) throws {
        var (last, file, number): (String?, String, Int) = (nil, "\(path)/\(name).\(type)", 1)
        while FileManager.default.fileExists(atPath: file) {
            number += 1
            (last, file) = (file, "\(path)/\(name)-\(number).\(type)")
        }
        if let last, (try? String(contentsOfFile: last, encoding: .utf8)) == text { return }
        try AtomicFile.write(text, to: file)
    }

    /// The name of a file that shows that the directory holds a run; nil if it holds none.
    private func contents() -> String? {
        if let checkpoint = try? checkpoints().first { return checkpoint.relativePath }
        return ["metrics.jsonl", "manifest.json", "config.yaml"].first {
            FileManager.default.fileExists(atPath: path + "/" + $0)
        }
    }

    /// `20261122T101530Z`.
    static func runName(of time: Date) -> String {
        var seconds = time_t(exactly: time.timeIntervalSince1970.rounded(.down)) ?? 0
        var utc = tm()
        gmtime_r(&seconds, &utc)
        return String(
            format: "%04d%02d%02dT%02d%02d%02dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
            utc.tm_min, utc.tm_sec)
    }

    /// Makes the first directory of `run`, `run-2`, `run-3`, … that does not exist: mkdir(2) lets one process win.
    private static func reserve(in parent: String, run: String) throws -> String {
        var (path, number) = (parent + "/" + run, 1)
        while mkdir(path, 0o755) != 0 {
            guard errno == EEXIST else { throw RunError.directoryUnusable(path, code: errno) }
            number += 1
            path = "\(parent)/\(run)-\(number)"
        }
        return path
    }

    /// Makes `path` and what is missing above it.
    private static func createDirectory(_ path: String) throws {
        if mkdir(path, 0o755) == 0 { return }
        let code = errno
        // Not NSString's deletingLastPathComponent, which traps on a path of one character.
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        switch code {
        case EEXIST:
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            guard exists, isDirectory.boolValue else { throw RunError.notADirectory(path) }
        case ENOENT where !parent.isEmpty && parent != path:
            try createDirectory(parent)
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
                throw RunError.directoryUnusable(path, code: errno)
            }
        default:
            throw RunError.directoryUnusable(path, code: code)
        }
    }
}
