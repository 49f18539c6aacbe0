import Foundation

extension RunDirectory {
    /// Where the checkpoint after `step` updates belongs.
    public func checkpoint(step: Int) -> CheckpointFile {
        CheckpointFile(step: step, runDirectory: path)
    }

    /// What is named as a checkpoint, the one of most steps first, whatever it is: a link into a disk that is not there must not be
    /// passed over without a word. Other names, such as that of a half-written temporary file, are not among them.
    public func checkpoints() throws -> [CheckpointFile] {
        try Self.checkpoints(inRun: path)
    }

    /// The step of the newest checkpoint in the run directory `run`; nil if there is none.
    static func newestStep(inRun run: String) -> Int? {
        (try? checkpoints(inRun: run))?.first?.step
    }

    private static func checkpoints(inRun run: String) throws -> [CheckpointFile] {
        let checkpointFolder = run + "/" + CheckpointFile.folder
        guard FileManager.default.fileExists(atPath: checkpointFolder) else { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: checkpointFolder)
        } catch {
            throw RunError.fileFailed(action: "list", file: checkpointFolder, code: code(of: error))
        }
        return names.compactMap(CheckpointFile.step(ofName:)).sorted(by: >)
            .map { CheckpointFile(step: $0, runDirectory: run) }
    }

    /// Deletes all checkpoints but the `count` newest; nil keeps all.
    ///
    /// The newest is never deleted, nor the one of `step`, just written: after a return to an earlier step it need not be
    /// the newest.
    /// - Returns: What was deleted.
    @discardableResult
    public func deleteCheckpoints(keeping count: Int?, justWritten step: Int) throws -> [CheckpointFile] {
        guard let count else { return [] }
        let old = try checkpoints().filter { Self.isRegularFile($0.path) }.dropFirst(max(1, count))
            .filter { $0.step != step }
        for file in old {
            guard unlink(file.path) == 0 || errno == ENOENT else {
                throw RunError.fileFailed(action: "delete", file: file.path, code: errno)
            }
        }
        return old
    }

    private static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func code(of error: any Error) -> Int32 {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        return Int32(exactly: underlying?.code ?? Int(EIO)) ?? EIO
    }
}
