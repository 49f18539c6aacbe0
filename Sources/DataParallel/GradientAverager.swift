public import Communication
public import NeuralNetwork
public import TensorCore

/// Sums the ranks' gradients. Every rank divides its loss by the *global* number of samples before, so the sum is the gradient of
/// the mean over the joined batch, however unevenly the samples are spread.
public final class GradientAverager {
    /// This rank's gradients, laid out as the model's parameters. What no backward pass has written is zero.
    public let gradients: FlatStorage

    /// The sum over the ranks, valid after ``average(_:)``.
    public let averaged: FlatStorage

    /// Rows for the batch statistics of all ranks, of which a rank fills the one of its number: the others are zero, so that a sum
    /// acts as a gather.
    public let statistics: BatchStatistics

    /// The batch statistics of all ranks, the same on each, valid after ``average(_:)``.
    public let gatheredStatistics: BatchStatistics

    /// What all ranks said of the step, the same on each, valid after ``average(_:)``.
    public let gatheredControl: ControlBlock

    let model: Model
    let communicator: any Communicator
    private let control: ControlBlock

    /// Storages for the gradients of `model`, and behind them the ``ControlBlock`` and the ranks' batch statistics, so that one
    /// message carries all.
    public init(model: Model, communicator: any Communicator) {
        self.model = model
        self.communicator = communicator
        let size = communicator.size
        let controlEnd = model.storageCount + size * StepControl.floatCount
        let count = controlEnd + size * model.statisticsCount
        gradients = FlatStorage(count: count)
        // One rank's sum is what it has: a second storage would cost a copy of all gradients per step.
        averaged = communicator.size == 1 ? gradients : FlatStorage(count: count)
        control = ControlBlock(rankCount: size, in: gradients, from: model.storageCount)
        gatheredControl = ControlBlock(rankCount: size, in: averaged, from: model.storageCount)
        statistics = BatchStatistics(model, pieceCount: size, in: gradients, from: controlEnd)
        gatheredStatistics = BatchStatistics(model, pieceCount: size, in: averaged, from: controlEnd)
    }

    /// The number of bytes that each rank contributes to a step's message.
    public var bytesPerStep: Int {
        communicator.size == 1 ? 0 : gradients.count * MemoryLayout<Float>.stride
    }

    /// Sets all gradients and batch statistics to zero: the contribution of a rank that has no sample in this step.
    public func clear() {
        gradients.elements.update(repeating: 0)
    }

    /// Waits until all ranks have finished their backward pass. What follows is then transfer, not waiting.
    /// - Throws: what the communicator reports.
    public func waitForAll() throws {
        // Collective: all ranks must reach this.
        try communicator.barrier()
    }

    /// Sums the gradients over the ranks, and gathers what they say of the step and their batch statistics.
    /// - Throws: what the communicator reports.
    public func average(_ own: StepControl) throws -> ControlBlock {
        control[communicator.rank] = own
        if averaged !== gradients {
            // Collective: all ranks must reach this.
            try communicator.allReduce(UnsafeBufferPointer(gradients.elements), into: averaged.elements, .sum)
        }
        return gatheredControl
    }
}
