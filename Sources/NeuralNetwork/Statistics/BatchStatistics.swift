public import TensorCore

/// What a model's batch normalisations saw in one step, piece by piece: the samples of a rank, or of a part of them.
///
/// Each piece has a row of plain float32, which can travel with the gradients: for every ``RunningStatistics``, in declared order,
/// the number of values in a channel, the channels' means, and the channels' sums of squared differences from these. A number of 0
/// says that the piece had no sample. Numbers beyond 2²⁴ are rounded, as everything else is, to 24 bits.
public struct BatchStatistics: Sendable {
    /// The number of pieces.
    public let pieceCount: Int

    private let storage: FlatStorage
    private let start: Int
    private let rowLength: Int

    /// Rows for `pieceCount` pieces of a step of `model`, in a storage of their own.
    public init(_ model: Model, pieceCount: Int) {
        let storage = FlatStorage(count: pieceCount * model.statisticsCount)
        self.init(model, pieceCount: pieceCount, in: storage, from: 0)
    }

    /// Rows in the floats of `storage` from `start` on: in a message, for instance.
    public init(_ model: Model, pieceCount: Int, in storage: FlatStorage, from start: Int) {
        self.pieceCount = pieceCount
        self.storage = storage
        self.start = start
        rowLength = model.statisticsCount
        guard start + pieceCount * rowLength <= storage.count else {
            fatalError("\(pieceCount) rows of \(rowLength) floats from \(start) on do not fit into \(storage.count).")
        }
    }

    /// Whether no number of any row is infinite or not a number.
    public var areFinite: Bool {
        Kernels.areFinite(storage[start..<start + pieceCount * rowLength])
    }

    /// Forgets what `piece` saw.
    public func clear(piece: Int) {
        row(piece).update(repeating: 0, count: rowLength)
    }

    /// Adds what a layer saw of `piece` to what its earlier calls saw, by ``Moments/combined(with:)``.
    /// - Parameters:
    ///   - count: Values in each channel.
    ///   - means: `[channels]`.
    ///   - squares: Sums of squared differences from the mean, `[channels]`.
    func add(
        _ count: Int, means: UnsafePointer<Float>, squares: UnsafePointer<Float>, to statistics: RunningStatistics,
        piece: Int
    ) {
        combine(Float(count), to: statistics, piece: piece) { channel in
            Moments(count: Double(count), mean: Double(means[channel]), squares: Double(squares[channel]))
        }
    }

    /// Adds what `others` saw in their piece `otherPiece` to what was seen of `piece`.
    public func add(_ others: BatchStatistics, piece otherPiece: Int, of model: Model, to piece: Int) {
        for statistics in model.runningStatistics {
            let count = (others.row(otherPiece) + statistics.range.lowerBound)[0]
            combine(count, to: statistics, piece: piece) { channel in
                others.moments(of: statistics, channel: channel, piece: otherPiece)
            }
        }
    }

    /// Adds `count` values of each channel, whose moments are given, to what was seen of `piece`.
    private func combine(
        _ count: Float, to statistics: RunningStatistics, piece: Int, _ moments: (_ channel: Int) -> Moments
    ) {
        let (row, channels) = (row(piece) + statistics.range.lowerBound, statistics.channels)
        for channel in 0..<channels {
            let all = self.moments(of: statistics, channel: channel, piece: piece).combined(with: moments(channel))
            (row[1 + channel], row[1 + channels + channel]) = (Float(all.mean), Float(all.squares))
        }
        row[0] += count
    }

    /// The moments of what a layer saw in one channel, over all pieces in their order.
    public func moments(of statistics: RunningStatistics, channel: Int) -> Moments {
        var all = Moments()
        for piece in 0..<pieceCount {
            all = all.combined(with: moments(of: statistics, channel: channel, piece: piece))
        }
        return all
    }

    /// The moments of what a layer saw in one channel of one piece.
    public func moments(of statistics: RunningStatistics, channel: Int, piece: Int) -> Moments {
        let row = row(piece) + statistics.range.lowerBound
        return Moments(
            count: Double(row[0]), mean: Double(row[1 + channel]),
            squares: Double(row[1 + statistics.channels + channel]))
    }

    private func row(_ piece: Int) -> UnsafeMutablePointer<Float> {
        storage.base + start + piece * rowLength
    }
}
