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

    private let communicator: any Communicator
    private let controlRange: Range<Int>

    /// Storages for the gradients of `model`, and behind them the step's ``StepControl`` and the ranks' batch statistics, so that
    /// one message carries all.
    public init(model: Model, communicator: any Communicator) {
        self.communicator = communicator
        controlRange = model.storageCount..<model.storageCount + StepControl.floatCount
        let count = controlRange.upperBound + communicator.size * model.statisticsCount
        gradients = FlatStorage(count: count)
        // One rank's sum is what it has: a second storage would cost a copy of all gradients per step.
        averaged = communicator.size == 1 ? gradients : FlatStorage(count: count)
        statistics = BatchStatistics(
            model, pieceCount: communicator.size, in: gradients, from: controlRange.upperBound)
        gatheredStatistics = BatchStatistics(
            model, pieceCount: communicator.size, in: averaged, from: controlRange.upperBound)
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

    /// Sums gradients and control numbers over the ranks, and gathers their batch statistics.
    /// - Throws: what the communicator reports.
    public func average(_ control: StepControl) throws -> StepControl {
        control.write(into: gradients[controlRange])
        if averaged !== gradients {
            // Collective: all ranks must reach this.
            try communicator.allReduce(UnsafeBufferPointer(gradients.elements), into: averaged.elements, .sum)
        }
        return StepControl(reading: averaged[controlRange])
    }
}
