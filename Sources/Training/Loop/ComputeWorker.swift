import Datasets
import NeuralNetwork
import TensorCore

/// What one thread needs to compute a model's passes: its own tape, and room for a batch. The numbers of the model are shared.
final class ComputeWorker {
    let context: ExecutionContext
    let tape: Tape
    /// Called when a forward pass is about to begin, if set.
    var whenForwardBegins: (() throws -> Void)?

    private let model: Model
    private let loss: Loss
    private let pieces: SlicePieces
    private let training: ForwardPass
    private let evaluation: ForwardPass
    private let images: FlatStorage
    private let labels: UnsafeMutableBufferPointer<Int32>

    /// A worker for passes over at most `largestPass` samples. Must be made on the thread that will use it.
    /// - Throws: ``OneDNNError``.
    init(
        _ model: Model, loss: Loss, values: FlatStorage, buffers: FlatStorage, target: GradientTarget,
        pieces: SlicePieces, largestPass: Int, threadCount: Int,
        precision: ComputePrecision
    ) throws {
        (self.model, self.loss, self.pieces) = (model, loss, pieces)
        context = try ExecutionContext(threadCount: threadCount, precision: precision)
        tape = Tape(context: context)
        training = ForwardPass(training: model, tape: tape, values: values, buffers: buffers, target: target)
        evaluation = ForwardPass(evaluating: model, tape: tape, values: values, buffers: buffers)
        images = FlatStorage(count: largestPass * model.inputShape.count)
        labels = .allocate(capacity: largestPass)
        labels.initialize(repeating: 0)
    }

    deinit {
        labels.deallocate()
    }

    /// What the passes over a unit have given.
    struct Result {
        var loss = 0.0
        var correct = 0
    }

    /// Computes the gradients of the summed loss of `samples` over `globalCount`, piece by piece.
    /// - Parameters:
    ///   - target: where they go, added to what stands there if `accumulating`.
    ///   - clock: gets the times of the phases, if given.
    ///   - observer: follows the backward pass of the last piece, if given.
    func computeGradients(
        _ samples: Samples, of dataset: ImageDataset, globalCount: Int, into target: GradientTarget,
        accumulating: Bool, clock: PhaseClock?, observer: BackwardObserver?
    ) throws -> Result {
        let count = pieces.count(of: samples.indices.count)
        var result = Result()
        for piece in 0..<count {
            observe(piece == count - 1 ? observer : nil)
            let part = samples.indices[(0..<samples.indices.count).slice(piece, of: count)]
            try computePiece(
                samples.with(UnsafeBufferPointer(rebasing: part)), of: dataset, globalCount: globalCount,
                into: target, accumulating: accumulating || piece > 0, clock: clock, adding: &result)
        }
        return result
    }

    private func observe(_ observer: BackwardObserver?) {
        tape.whenFinal = observer?.whenFinal
        tape.betweenOperations = observer?.betweenOperations
    }

    private func computePiece(
        _ samples: Samples, of dataset: ImageDataset, globalCount: Int, into target: GradientTarget,
        accumulating: Bool, clock: PhaseClock?, adding result: inout Result
    ) throws {
        clock?.enter(.data)
        training.begin(accumulating: accumulating, samples: samples, into: target)
        let (input, targets) = load(samples.indices, of: dataset)
        clock?.enter(.forward)
        try whenForwardBegins?()
        let output = try model(input, training)
        let value = try loss(output, targets, divisor: globalCount)
        result.loss += Double(value.scalar)
        result.correct += loss.countCorrect(output, targets)
        clock?.enter(.backward)
        try training.backward(from: value)
    }

    /// The sum of the losses of `samples` and the number classified correctly, with the parameters as they are.
    func evaluate(
        _ samples: UnsafeBufferPointer<Int32>, of dataset: ImageDataset
    ) throws -> (lossSum: Double, correct: Int) {
        evaluation.begin()
        let (input, targets) = load(samples, of: dataset)
        let output = try model(input, evaluation)
        return (try loss.sum(output, targets), loss.countCorrect(output, targets))
    }

    /// The kernels of a training pass over `samples` at once.
    func kernelLimit(_ samples: Samples, of dataset: ImageDataset) throws -> KernelLimit {
        observe(nil)
        training.begin(samples: samples)
        let (input, targets) = load(samples.indices, of: dataset)
        _ = try loss(try model(input, training), targets, divisor: samples.indices.count)
        return try KernelLimit(tape)
    }

    private func load(_ samples: UnsafeBufferPointer<Int32>, of dataset: ImageDataset) -> (Tensor, Targets) {
        guard let first = labels.baseAddress, samples.count <= labels.count else {
            fatalError("A worker for \(labels.count) samples was given \(samples.count).")
        }
        dataset.copy(samples, images: images.base, labels: first)
        let shape = model.inputShape.prefixed(by: samples.count)
        return (
            tape.constant(images.base, shape: shape),
            .labels(Labels(UnsafeBufferPointer(rebasing: labels[..<samples.count])))
        )
    }
}

/// Who follows the last backward pass of a step.
struct BackwardObserver {
    /// Told the index of a parameter whose gradient is complete.
    let whenFinal: (Int) throws -> Void

    /// Called after each operation.
    let betweenOperations: () throws -> Void
}
