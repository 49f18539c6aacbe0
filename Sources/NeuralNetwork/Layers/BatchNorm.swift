public import TensorCore

/// Batch normalisation: `y = (x − mean) / √(variance + 1e-5) · weight + bias` for each channel of `[batch, features]` or
/// `[batch, height, width, channels]` (Ioffe and Szegedy 2015, arXiv 1502.03167).
///
/// In training mean and variance are those of the samples of the pass or, where the tape has a ``Tape/statisticsReducer``, of all passes
/// that it joins. What the layer saw in the pass is left in the statistics of its ``ForwardPass/target``, and whoever drives the step lets
/// the running statistics follow. In evaluation they are the running ones. A single value in a channel is allowed: its result is the bias.
public struct BatchNorm: Layer {
    /// `[channels]`, starts at 1.
    public let weight: Parameter

    /// `[channels]`, starts at 0.
    public let bias: Parameter

    /// What stands in for the batch in evaluation.
    public let running: RunningStatistics

    /// Whether negative results become 0.
    public private(set) var relu = false

    /// What configurations and outlines call it.
    public static let kind = "batchNorm"

    /// PyTorch's default.
    public static let momentum = 0.1

    /// A layer with its parameters `weight` and `bias` and its buffers `running_mean` and `running_var` declared in `scope`.
    public init(_ channels: Int, _ scope: ParameterScope) {
        weight = scope.parameter("weight", [channels], .constant(1), kind: .norm, alongInput: true)
        bias = scope.parameter("bias", [channels], .constant(0), kind: .norm, alongInput: true)
        running = scope.runningStatistics(channels: channels, momentum: Self.momentum)
    }

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try apply(input, adding: nil, pass)
    }

    /// The layer's result plus `shortcut`, in one pass over memory.
    func apply(_ input: Tensor, adding shortcut: Tensor?, _ pass: ForwardPass) throws -> Tensor {
        guard pass.mode == .training else {
            return try input.normalized(
                mean: pass[running.mean], variance: pass[running.variance], pass[weight], pass[bias],
                shortcut: shortcut, relu: relu)
        }
        let (output, moments) = try input.batchNormalized(pass[weight], pass[bias], shortcut: shortcut, relu: relu)
        pass.note(moments, count: input.shape.count / running.channels, for: running)
        return output
    }

    /// The same layer with a ``ReLU`` behind it, computed in one pass over memory.
    func withReLU() -> BatchNorm {
        var copy = self
        copy.relu = true
        return copy
    }
}

extension ForwardPass {
    /// Keeps what a batch normalisation saw: means and sums of squared differences, `[2, channels]`, of so many values each.
    fileprivate func note(_ moments: Tensor, count: Int, for running: RunningStatistics) {
        guard count > 0, let target, let means = moments.elements.baseAddress else { return }
        target.statistics.add(
            count, means: means, squares: means + running.channels, to: running, piece: target.piece)
    }
}

extension LayerDescription {
    /// A ``BatchNorm``; its channels follow from what stands before it.
    public static var batchNorm: LayerDescription {
        LayerDescription(BatchNorm.kind) { input, scope in
            guard input.rank == 1 || input.rank == 3, input[input.rank - 1] > 0 else {
                throw ModelError(
                    "Layer '\(scope.name)' (\(BatchNorm.kind)) takes samples of one axis or images, but what stands before it "
                        + "gives \(input).")
            }
            return (BatchNorm(input[input.rank - 1], scope), input)
        }
    }
}
