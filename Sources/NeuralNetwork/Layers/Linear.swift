public import TensorCore

/// `y = x Wᵀ + b`, or `y = max(x Wᵀ + b, 0)`: x `[batch, inputFeatures]`, W `[outputFeatures, inputFeatures]`,
/// y `[batch, outputFeatures]`.
public struct Linear: Layer {
    /// `[outputFeatures, inputFeatures]`.
    public let weight: Parameter

    /// `[outputFeatures]`.
    public let bias: Parameter

    /// Whether negative results become 0.
    public private(set) var relu = false

    /// A layer with its parameters `weight` and `bias` declared in `scope`; without initialisers they start as in PyTorch.
    public init(
        _ inputFeatures: Int, _ outputFeatures: Int, _ scope: ParameterScope, weightInitializer: Initializer? = nil,
        biasInitializer: Initializer? = nil
    ) {
        let standard = Initializer.pyTorchDefault(fanIn: inputFeatures)
        weight = scope.parameter(
            "weight", [outputFeatures, inputFeatures], weightInitializer ?? standard, alongInput: true)
        bias = scope.parameter("bias", [outputFeatures], biasInitializer ?? standard, kind: .bias)
    }

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try input.linear(pass[weight], pass[bias], relu: relu)
    }

    /// The same layer with a ``ReLU`` behind it, computed in one pass over memory.
    func withReLU() -> Linear {
        var copy = self
        copy.relu = true
        return copy
    }
}

extension LayerDescription {
    /// A ``Linear`` layer; its input features follow from what stands before it.
    public static func linear(
        _ outputFeatures: Int, weight: Initializer? = nil, bias: Initializer? = nil
    ) -> LayerDescription {
        LayerDescription("linear") { input, scope in
            guard input.rank == 1 else {
                throw ModelError(
                    "Layer '\(scope.name)' (linear) takes samples of one axis, but what stands before it gives "
                        + "\(input): put flatten between them.")
            }
            try scope.requireOutputs(outputFeatures, "linear", "feature")
            let layer = Linear(
                input[0], outputFeatures, scope, weightInitializer: weight, biasInitializer: bias)
            scope.flattenedImage = nil
            return (layer, [outputFeatures])
        }
    }
}
