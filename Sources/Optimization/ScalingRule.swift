import Foundation

/// How a learning rate stated for one batch size is carried over to another.
public enum ScalingRule: String, Codable, CaseIterable, Sendable {
    /// The rate as asked for.
    case none
    /// The rate times (global batch / reference batch): Goyal et al. 2017, arXiv 1706.02677, section 2.1.
    case linear
    /// The rate times √(global batch / reference batch): Krizhevsky 2014, arXiv 1404.5997, section 5.
    case squareRoot

    /// The rate to use with `globalBatchSize` samples per step, when `learningRate` was stated for `referenceBatchSize`.
    public func scaled(_ learningRate: Double, referenceBatchSize: Int, globalBatchSize: Int) -> Double {
        // Without this, (η · B) / B could differ from η in the last bit.
        guard globalBatchSize != referenceBatchSize else { return learningRate }
        let ratio = Double(globalBatchSize) / Double(referenceBatchSize)
        return switch self {
        case .none: learningRate
        case .linear: learningRate * ratio
        case .squareRoot: learningRate * ratio.squareRoot()
        }
    }

    /// One sentence for the log: which rate was asked for, what the global batch is, and which rate is used.
    public func explanation(_ learningRate: Double, referenceBatchSize: Int, globalBatchSize: Int) -> String {
        let asked = Self.plain(learningRate)
        let used = Self.plain(
            scaled(learningRate, referenceBatchSize: referenceBatchSize, globalBatchSize: globalBatchSize))
        let request = "Learning rate \(asked) was asked for at \(referenceBatchSize) samples per step"
        if globalBatchSize == referenceBatchSize {
            return "\(request), which is the global batch, so \(used) is used."
        }
        return switch self {
        case .none: "\(request); the global batch is \(globalBatchSize), and without scaling \(used) is used."
        case .linear: "\(request); the global batch is \(globalBatchSize), so linear scaling uses \(used)."
        case .squareRoot: "\(request); the global batch is \(globalBatchSize), so square-root scaling uses \(used)."
        }
    }

    /// Six significant digits: `0.4`, never `0.40000000000000002`.
    private static func plain(_ rate: Double) -> String {
        String(format: "%.6g", rate)
    }
}
