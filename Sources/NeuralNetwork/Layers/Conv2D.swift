public import TensorCore

/// A two-dimensional convolution (cross-correlation, as in PyTorch's `Conv2d`), on request with a rectifier behind it:
/// images `[batch, height, width, inputChannels]` become `[batch, height', width', outputChannels]` with
/// `height' = (height + 2 padding − kernel) / stride + 1`.
public struct Conv2D: Layer {
    /// `[outputChannels, inputChannels, kernel, kernel]`, the order of PyTorch.
    public let weight: Parameter

    /// `[outputChannels]`, if the layer has one.
    public let bias: Parameter?

    /// Pixels between neighbouring places of the kernel.
    public let stride: Int

    /// Zeros on each side of the image.
    public let padding: Int

    /// Whether negative results become 0.
    public private(set) var relu = false

    /// A layer with its parameters `weight` and, on request, `bias` declared in `scope`; without initialisers they start as in PyTorch.
    public init(
        _ inputChannels: Int, _ outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        bias hasBias: Bool = true, _ scope: ParameterScope, weightInitializer: Initializer? = nil,
        biasInitializer: Initializer? = nil
    ) {
        let standard = Initializer.pyTorchDefault(fanIn: inputChannels * kernel * kernel)
        weight = scope.parameter(
            "weight", [outputChannels, inputChannels, kernel, kernel], weightInitializer ?? standard)
        bias = hasBias ? scope.parameter("bias", [outputChannels], biasInitializer ?? standard, kind: .bias) : nil
        self.stride = stride
        self.padding = padding
    }

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try input.convolution(
            pass[weight], bias.map { pass[$0] }, stride: stride, padding: padding, relu: relu)
    }

    /// The same layer with a ``ReLU`` behind it.
    func withReLU() -> Conv2D {
        var copy = self
        copy.relu = true
        return copy
    }
}

extension LayerDescription {
    /// A ``Conv2D`` layer; its input channels follow from what stands before it.
    public static func conv2d(
        _ channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true,
        weightInitializer: Initializer? = nil, biasInitializer: Initializer? = nil
    ) -> LayerDescription {
        LayerDescription("conv2d") { input, scope in
            let output = try ImageWindow("conv2d", kernel: kernel, stride: stride, padding: padding).output(
                of: input, scope)
            try scope.requireOutputs(channels, "conv2d", "channel")
            let layer = Conv2D(
                input[2], channels, kernel: kernel, stride: stride, padding: padding, bias: bias, scope,
                weightInitializer: weightInitializer, biasInitializer: biasInitializer)
            return (layer, [output.height, output.width, channels])
        }
    }
}
