import NeuralNetwork
import TensorCore

/// A way from the gradients of a step's parts to their sum on all ranks.
protocol GradientReduction: AnyObject {
    /// The rows that this rank fills.
    var targets: [GradientTarget] { get }

    /// The sum over all ranks, valid after ``reduce(_:losses:sampleCount:)``, as are the others.
    var averaged: FlatStorage { get }
    var control: ControlBlock { get }
    var statistics: BatchStatistics { get }
    /// The mean loss over the step's samples.
    var loss: Double { get }

    /// Bytes that this rank brings to a step, in the messages of ``reduce(_:losses:sampleCount:)``; nothing that it sends itself.
    var bytesPerStep: Int { get }

    /// The most elements of a buffer that a message comes from or goes to: MPI counts them, and where ranks' parts begin, as `int`.
    var largestMessage: Int { get }

    /// Whether anything can travel before a step is complete.
    var overlaps: Bool { get }

    /// Starts what can travel before a step is complete, if anything.
    func parameterIsFinal(_ index: Int) throws
    func progress() throws

    /// Everything has been computed. What is left to start before ranks wait for each other is started.
    func startBeforeWaiting() throws

    /// Collective: all ranks must reach this.
    /// - Parameter losses: of this rank's targets, over the global number of samples.
    func reduce(_ own: StepControl, losses: UnsafeBufferPointer<Double>, sampleCount: Int) throws

    /// Multiplies the sum on all ranks. Collective: all ranks must reach this.
    func scale(by factor: Float) throws

    /// The numbers of the targets that the last step has filled.
    func filledTargets() -> [Int]
}

// Where nothing can travel before a step is complete.
extension GradientReduction {
    var overlaps: Bool { false }
    func parameterIsFinal(_ index: Int) {}
    func progress() {}
    func startBeforeWaiting() {}
}

// Where each rank has a sum of its own.
extension GradientReduction {
    func scale(by factor: Float) {
        if factor != 1 { Kernels.scale(averaged.elements, by: factor) }
    }
}
