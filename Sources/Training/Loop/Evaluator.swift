import Communication
import Datasets

/// How good a model is on a split of a dataset.
public struct Evaluation: Equatable, Sendable {
    /// The number of samples, each counted once.
    public let sampleCount: Int

    /// The mean loss.
    public let loss: Double

    /// The share of samples classified correctly, in `[0, 1]`.
    public let accuracy: Double
}

/// Evaluates in fixed blocks, whole blocks per rank. Sums are taken in block order on every rank, so all ranks, and any number of
/// ranks, get the same figures.
struct Evaluator {
    let dataset: ImageDataset
    private let plan: EvaluationPlan
    private let indices: [Int32]

    init(_ dataset: ImageDataset) {
        self.dataset = dataset
        plan = EvaluationPlan(sampleCount: dataset.count)
        indices = (0..<Int32(dataset.count)).map { $0 }
    }

    func evaluate(_ replica: Replica, over communicator: any Communicator) throws -> Evaluation {
        var losses: [Double] = []
        var correct: [Int64] = []
        for block in plan.blocks(ofRank: communicator.rank, of: communicator.size) {
            let samples = plan.samples(ofBlock: block)
            let result = try indices.withUnsafeBufferPointer {
                try replica.evaluate(UnsafeBufferPointer(rebasing: $0[samples]), of: dataset)
            }
            losses.append(result.lossSum)
            correct.append(Int64(result.correct))
        }
        // Collective: all ranks must reach these.
        let allLosses = try communicator.allGather(losses).joined()
        let allCorrect = try communicator.allGather(correct).joined()
        let count = Double(dataset.count)
        return Evaluation(
            sampleCount: dataset.count, loss: allLosses.reduce(0, +) / count,
            accuracy: Double(allCorrect.reduce(0, +)) / count)
    }
}
