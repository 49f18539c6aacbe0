public import TensorCore

/// The logarithm of softmax over the last axis: log-probabilities from logits.
public struct LogSoftmax: Layer {
    /// The function.
    public init() {}

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try input.logSoftmax()
    }
}

extension LayerDescription {
    /// A ``LogSoftmax``.
    public static var logSoftmax: LayerDescription {
        LayerDescription("logSoftmax") { input, _ in (LogSoftmax(), input) }
    }
}
