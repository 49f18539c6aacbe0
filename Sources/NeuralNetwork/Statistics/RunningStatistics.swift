import TensorCore

/// The running mean and variance of a batch normalisation, and where a row of ``BatchStatistics`` holds what they follow.
///
/// With the moments of all that the layer saw in a step, over all pieces and ranks, one update is
///
///     running_mean ← (1 − momentum) · running_mean + momentum · mean
///     running_var  ← (1 − momentum) · running_var  + momentum · squares / (count − 1)
///
/// as in `torch.nn.BatchNorm2d`, which normalises by the biased variance and follows the unbiased one. Where PyTorch would refuse,
/// at a single value in a channel, there is no unbiased variance and the running one stays.
public struct RunningStatistics: Hashable, Sendable {
    /// `[channels]`.
    public let mean: Buffer

    /// `[channels]`.
    public let variance: Buffer

    /// The share of the newest step.
    public let momentum: Double

    /// Its floats in a row: the count, the means, the sums of squares.
    let range: Range<Int>

    init(mean: Buffer, variance: Buffer, momentum: Double, start: Int) {
        self.mean = mean
        self.variance = variance
        self.momentum = momentum
        range = start..<start + 1 + 2 * mean.shape.count
    }

    /// The number of channels.
    public var channels: Int {
        mean.shape.count
    }

    /// One update from the moments of all pieces, in place. Rows are combined in their order, so that whoever holds equal rows gets
    /// equal bits.
    func update(_ buffers: FlatStorage, from pieces: BatchStatistics) {
        let (means, variances) = (buffers.base + mean.range.lowerBound, buffers.base + variance.range.lowerBound)
        for channel in 0..<channels {
            let seen = pieces.moments(of: self, channel: channel)
            guard seen.count > 0 else { continue }
            means[channel] = follow(means[channel], seen.mean)
            if let batch = seen.unbiasedVariance { variances[channel] = follow(variances[channel], batch) }
        }
    }

    private func follow(_ running: Float, _ batch: Double) -> Float {
        Float((1 - momentum) * Double(running) + momentum * batch)
    }
}
