import TensorCore

/// How an evaluation is cut: fixed blocks of 256 consecutive samples, so that block sums do not depend on the ranks.
public struct EvaluationPlan: Equatable, Sendable {
    /// The samples of one block; the last block may be shorter.
    public static let blockSize = 256

    /// The number of samples.
    public let sampleCount: Int

    /// A plan for `sampleCount` samples.
    public init(sampleCount: Int) {
        guard sampleCount >= 0 else { fatalError("No plan exists for \(sampleCount) samples.") }
        self.sampleCount = sampleCount
    }

    /// The number of blocks.
    public var blockCount: Int { (sampleCount + Self.blockSize - 1) / Self.blockSize }

    /// The samples of block `block`.
    public func samples(ofBlock block: Int) -> Range<Int> {
        guard block >= 0, block < blockCount else {
            fatalError("Block \(block) of an evaluation of \(blockCount) blocks was asked for.")
        }
        let start = block * Self.blockSize
        return start..<min(start + Self.blockSize, sampleCount)
    }

    /// The blocks that rank `rank` of `size` evaluates: whole blocks, each on exactly one rank.
    public func blocks(ofRank rank: Int, of size: Int) -> Range<Int> {
        (0..<blockCount).slice(rank, of: size)
    }
}
