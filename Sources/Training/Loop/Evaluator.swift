import Communication
import Datasets
import Synchronization

/// How good a model is on a split of a dataset.
public struct Evaluation: Equatable, Sendable {
    /// The number of samples, each counted once.
    public let sampleCount: Int

    /// The mean loss.
    public let loss: Double

    /// The share of samples classified correctly, in `[0, 1]`.
    public let accuracy: Double
}

/// A rank was asked to stop while a split was evaluated.
struct EvaluationStopped: Error {}

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

    /// Collective: all ranks must reach this.
    /// - Parameter isStopRequested: asked ahead of each block, on any thread; once it says so, there will be no result.
    /// - Throws: ``EvaluationStopped`` on all ranks alike.
    func evaluate(
        _ replica: Replica, over communicator: any Communicator, isStopRequested: () -> Bool = { false }
    ) throws -> Evaluation {
        let isStopped = Atomic(false)
        let blocks = plan.blocks(ofRank: communicator.rank, of: communicator.size)
        let board = communicator.waitPolicy.board
        let own = try indices.withUnsafeBufferPointer { indices in
            try replica.evaluate(blocks: blocks.count, of: dataset) {
                // On a slow machine the whole may take longer than a stall.
                board.showSign()
                if isStopRequested() { isStopped.store(true, ordering: .relaxed) }
                guard !isStopped.load(ordering: .relaxed) else { return UnsafeBufferPointer(start: nil, count: 0) }
                return UnsafeBufferPointer(rebasing: indices[plan.samples(ofBlock: blocks.lowerBound + $0)])
            }
        }
        // Collective: all ranks must reach these.
        let stops = try communicator.allGather([Int32(isStopped.load(ordering: .relaxed) ? 1 : 0)])
        if stops.contains([1]) { throw EvaluationStopped() }
        let allLosses = try communicator.allGather(own.map(\.lossSum)).joined()
        let allCorrect = try communicator.allGather(own.map { Int64($0.correct) }).joined()
        let count = Double(dataset.count)
        return Evaluation(
            sampleCount: dataset.count, loss: allLosses.reduce(0, +) / count,
            accuracy: Double(allCorrect.reduce(0, +)) / count)
    }
}
