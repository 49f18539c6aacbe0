import Datasets
import NeuralNetwork
import TensorCore

/// How a rank cuts its slice of a step into pieces, which it computes one after the other: a convolutional model is faster when the
/// activations of a piece stay in the processor's cache.
///
/// The pieces change bits. So they follow from the model and the slice alone, never from a timing or the processor. A model with
/// batch normalisation is not cut: its statistics are those of the whole slice.
struct SlicePieces {
    /// The samples of a piece, at the most; nil to leave slices whole.
    let largest: Int?

    /// Pieces of at most so many samples, or whole slices.
    init(largest: Int?) {
        self.largest = largest
    }

    init(_ model: Model) {
        let isConvolutional = model.parameters.contains { $0.shape.rank == 4 }
        guard isConvolutional, model.runningStatistics.isEmpty, model.activationCount > 0 else {
            largest = nil
            return
        }
        largest = max(Self.fewest, Self.activationCount / model.activationCount)
    }

    /// The pieces of a slice of so many samples. They differ by one sample at the most.
    func count(of samples: Int) -> Int {
        guard let largest else { return 1 }
        return max(1, (samples + largest - 1) / largest)
    }

    /// The most samples that a pass computes at once, if slices and evaluation have so many at the most.
    func largestPass(of samples: Int) -> Int {
        guard let largest else { return samples }
        return min(samples, max(largest, EvaluationPlan.blockSize))
    }

    /// The activations of a piece, about: with their gradients they fill a cache of some megabytes.
    private static let activationCount = 1 << 19

    /// Smaller pieces spend too much on what is done once a piece: weights change their layout, gradients are added up.
    private static let fewest = 32
}
