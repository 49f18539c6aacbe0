import Communication
import Digests
import Files
import Foundation
import Logging
import TensorCore

/// What the bits of a training depend on besides its configuration and its data.
struct NumericEnvironment: Codable, Equatable {
    /// SHA-256 of the executable file, in hex; "unknown" where it cannot be read.
    var program: String
    var cpuModel: String
    /// The instruction set that oneDNN dispatches to.
    var instructionSet: String
    var oneDNN: String
    var cLibrary: String

    /// That of this process.
    static let current = NumericEnvironment(
        program: programDigest(), cpuModel: Machine.cpuModel, instructionSet: OneDNN.instructionSet,
        oneDNN: OneDNN.version, cLibrary: Machine.cLibraryVersion)

    /// In words what differs from `other`, such as "oneDNN (2.6.3, not 3.2.0)".
    func differences(from other: NumericEnvironment) -> [String] {
        let pairs = [
            ("the program", String(program.prefix(12)), String(other.program.prefix(12))),
            ("the processor", cpuModel, other.cpuModel),
            ("oneDNN's instruction set", instructionSet, other.instructionSet), ("oneDNN", oneDNN, other.oneDNN),
            ("the C library", cLibrary, other.cLibrary),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { "\($0.0) (\($0.1), not \($0.2))" }
    }

    /// As JSON with sorted keys: equal environments give equal text.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Text alone cannot fail to be encoded.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func programDigest() -> String {
        (try? FileDescriptor("/proc/self/exe", flags: O_RDONLY).digest()) ?? "unknown"
    }
}

extension FileDescriptor {
    /// SHA-256 of the whole file, in hex, by pieces: Foundation would take memory for all of a file below /proc at once.
    fileprivate func digest() throws -> String {
        let (hash, piece) = (SHA256(), UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1))
        defer { piece.deallocate() }
        var offset = 0
        while true {
            let count = try read(into: piece, at: offset)
            if count == 0 { return hash.finalize().hex }
            hash.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            offset += count
        }
    }
}

extension NumericEnvironment {
    /// The environment that ``json`` gave; nil for other text.
    init?(json: String) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else { return nil }
        self = read
    }
}

extension NumericEnvironment {
    /// Says on rank 0 where ranks differ in what the promise of reproducible mode depends on, each kind of difference once.
    ///
    /// Collective: all ranks must reach this.
    func compare(over communicator: any Communicator, for experiment: Experiment, _ logger: Logger) throws {
        let all = try communicator.allGather(json)
        guard experiment.dataParallel.reproducible, communicator.rank == 0 else { return }
        var known = [all[0]]
        for text in all where !known.contains(text) {
            known.append(text)
            guard let other = NumericEnvironment(json: text) else { continue }
            let ranks = all.indices.filter { all[$0] == text }
            let who = ranks.count == 1 ? "Rank \(ranks[0]) differs" : "Ranks \(RankList.listed(ranks)) differ"
            let what = other.differences(from: self).joined(separator: ", ")
            logger.warning(
                "\(who) from rank 0 in \(what): the same bits on other numbers of ranks are not promised.")
        }
    }

    /// Says where a training that is gone on with differs from the one that wrote the checkpoint.
    func warnOfDifferences(from earlier: NumericEnvironment, in checkpoint: String, _ logger: Logger) {
        let what = differences(from: earlier).joined(separator: ", ")
        guard !what.isEmpty else { return }
        logger.warning(
            "This run differs from the one that wrote \(checkpoint) in \(what): it will not end on the bits of an uninterrupted run."
        )
    }
}
