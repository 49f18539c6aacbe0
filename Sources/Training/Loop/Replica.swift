import DataParallel
import Datasets
import NeuralNetwork
import TensorCore

/// One rank's copy of the model with all it takes to compute: parameters, buffers, tape, and a batch of samples.
final class Replica {
    let model: Model
    let loss: Loss
    let values: FlatStorage
    let buffers: FlatStorage
    let context: ExecutionContext

    private let pieces: SlicePieces
    private let tape: Tape
    private let training: ForwardPass
    private let evaluation: ForwardPass
    private let images: FlatStorage
    private let labels: UnsafeMutableBufferPointer<Int32>

    /// A replica for batches of at most `largestBatch` samples, whose gradients go to `gradients` and whose batch statistics go to the
    /// row of `piece` in `statistics`, if given.
    /// - Throws: ``OneDNNError``.
    init(
        _ model: Model, loss: Loss, gradients: FlatStorage, statistics: BatchStatistics? = nil, piece: Int = 0,
        largestBatch: Int, threadCount: Int, pieces: SlicePieces? = nil
    ) throws {
        self.model = model
        self.loss = loss
        self.pieces = pieces ?? SlicePieces(model)
        values = FlatStorage(count: gradients.count)
        buffers = model.makeBuffers()
        context = try ExecutionContext(threadCount: threadCount)
        tape = Tape(context: context)
        training = ForwardPass(
            training: model, tape: tape, values: values, buffers: buffers, gradients: gradients, statistics: statistics,
            piece: piece)
        evaluation = ForwardPass(evaluating: model, tape: tape, values: values, buffers: buffers)
        images = FlatStorage(count: largestBatch * model.inputShape.count)
        labels = .allocate(capacity: largestBatch)
        labels.initialize(repeating: 0)
    }

    deinit {
        labels.deallocate()
    }

    /// The parameters with the gaps between them, without the control numbers behind: what every optimizer step covers.
    var parameterRange: Range<Int> {
        0..<model.storageCount
    }

    /// Collects times by operation, when set.
    var profile: OperationProfile? {
        get { tape.profile }
        set { tape.profile = newValue }
    }

    /// Computes the gradients of the loss of `samples`, summed, over `globalCount`; adds to the times of `clock`.
    func computeGradients(
        _ samples: Samples, of dataset: ImageDataset, globalCount: Int, clock: PhaseClock
    ) throws -> (loss: Float, correct: Int) {
        let count = pieces.count(of: samples.indices.count)
        var (loss, correct) = (Float(0), 0)
        for piece in 0..<count {
            let part = samples.indices[(0..<samples.indices.count).slice(piece, of: count)]
            let result = try computeGradients(
                ofPiece: samples.with(UnsafeBufferPointer(rebasing: part)), of: dataset, globalCount: globalCount,
                clock: clock, accumulating: piece > 0)
            loss += result.loss
            correct += result.correct
        }
        return (loss, correct)
    }

    private func computeGradients(
        ofPiece samples: Samples, of dataset: ImageDataset, globalCount: Int, clock: PhaseClock,
        accumulating: Bool
    ) throws -> (loss: Float, correct: Int) {
        clock.enter(.data)
        training.begin(accumulating: accumulating, samples: samples)
        let (input, targets) = load(samples.indices, of: dataset)
        clock.enter(.forward)
        let output = try model(input, training)
        let value = try loss(output, targets, divisor: globalCount)
        let correct = loss.countCorrect(output, targets)
        clock.enter(.backward)
        try tape.backward(from: value)
        return (value.scalar, correct)
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
        training.begin(samples: samples)
        let (input, targets) = load(samples.indices, of: dataset)
        _ = try loss(try model(input, training), targets, divisor: samples.indices.count)
        return try KernelLimit(tape)
    }

    private func load(_ samples: UnsafeBufferPointer<Int32>, of dataset: ImageDataset) -> (Tensor, Targets) {
        guard let first = labels.baseAddress else { fatalError("A replica for no samples was given some.") }
        dataset.copy(samples, images: images.base, labels: first)
        let shape = model.inputShape.prefixed(by: samples.count)
        return (
            tape.constant(images.base, shape: shape),
            .labels(Labels(UnsafeBufferPointer(rebasing: labels[..<samples.count])))
        )
    }
}
