public import TensorCore

/// In training, elements become 0 at random and the others grow so that the mean stays: ``Tensor/dropout(_:samples:random:)``. In
/// evaluation the identity.
///
/// The mask of a sample is a pure function of (seed, layer, step, sample): the same on whichever rank it is computed.
public struct Dropout: Layer {
    /// The share of elements that become 0: at least 0, below 1.
    public let rate: Double

    /// What tells this layer's random numbers from those of others.
    private let purpose: String

    /// A dropout that draws under the name of `scope`.
    public init(_ rate: Double, _ scope: ParameterScope) {
        self.rate = rate
        purpose = scope.randomPurpose("dropout")
    }

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        guard pass.mode == .training, rate > 0 else { return input }
        guard let samples = pass.samples else {
            fatalError("'\(purpose)' needs to know the samples of a training pass: begin it with some.")
        }
        let random = CounterRandom(seed: samples.seed, purpose: purpose, index: UInt64(samples.step))
        return try input.dropout(rate, samples: samples.indices, random: random)
    }
}

extension LayerDescription {
    /// A ``Dropout`` of the given rate: at least 0, below 1.
    public static func dropout(_ rate: Double) -> LayerDescription {
        LayerDescription("dropout") { input, scope in
            guard rate >= 0, rate < 1 else {
                throw ModelError(
                    "Layer '\(scope.name)' (dropout) takes a rate of at least 0 and below 1, not \(rate).")
            }
            return (Dropout(rate, scope), input)
        }
    }
}
