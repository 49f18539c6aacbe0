internal import TensorCore

/// The order of the samples in an epoch: a pure function of (seed, epoch, count), so nothing need be saved or told.
///
/// One buffer serves all epochs; ``prepare(epoch:)`` allocates nothing.
public final class EpochPermutation {
    /// The number of samples.
    public let count: Int

    /// The epoch whose order the buffer holds.
    public private(set) var epoch: Int?

    private let seed: UInt64
    private let buffer: UnsafeMutableBufferPointer<Int32>

    /// Room for the order of `count` samples, none prepared yet.
    public init(count: Int, seed: UInt64) {
        guard count >= 0, Int32(exactly: count) != nil else {
            fatalError("A permutation of \(count) samples was asked for, expected 0 to \(Int32.max).")
        }
        self.count = count
        self.seed = seed
        buffer = .allocate(capacity: count)
        buffer.initialize(repeating: 0)
    }

    deinit {
        buffer.deallocate()
    }

    /// Fills the buffer with the order of `epoch`, which counts from 0, unless it holds that already.
    ///
    /// Shuffles the identity from the last place down, place i with one of 0 ... i (Fisher and Yates; Knuth, The Art of
    /// Computer Programming 2, algorithm 3.4.2P).
    public func prepare(epoch: Int) {
        if self.epoch == epoch { return }
        if epoch < 0 { fatalError("The order of epoch \(epoch) was asked for.") }
        let random = CounterRandom(seed: seed, purpose: "shuffle", index: UInt64(epoch))
        for index in 0..<count { buffer[index] = Int32(index) }
        for index in stride(from: count - 1, to: 0, by: -1) {
            buffer.swapAt(index, random.below(index + 1, UInt64(index)))
        }
        self.epoch = epoch
    }

    /// The samples at the places `range` of the prepared order; valid until the next ``prepare(epoch:)`` and while this
    /// object is alive.
    public subscript(range: Range<Int>) -> UnsafeBufferPointer<Int32> {
        guard epoch != nil, range.lowerBound >= 0, range.upperBound <= count else {
            fatalError("Places \(range) of a permutation of \(count) samples, epoch \(epoch ?? -1), were asked for.")
        }
        return UnsafeBufferPointer(rebasing: buffer[range])
    }
}
