public import TensorCore

/// The mean of each square window: `[batch, height, width, channels]` to `[batch, height', width', channels]` with
/// `height' = (height + 2 padding − kernel) / stride + 1`.
public struct AveragePool2D: Layer {
    /// The side of the window.
    public let kernel: Int

    /// Pixels between neighbouring windows.
    public let stride: Int

    /// Pixels on each side of the image.
    public let padding: Int

    /// Whether the padding counts as zeros (PyTorch's `count_include_pad`) or not at all.
    public let countsPadding: Bool

    /// Windows side by side, if no stride is given.
    public init(_ kernel: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = true) {
        self.kernel = kernel
        self.stride = stride ?? kernel
        self.padding = padding
        self.countsPadding = countsPadding
    }

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try input.averagePool(kernel, stride: stride, padding: padding, countsPadding: countsPadding)
    }
}

extension LayerDescription {
    /// An ``AveragePool2D``; windows lie side by side if no stride is given.
    public static func averagePool(
        _ kernel: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = true
    ) -> LayerDescription {
        LayerDescription("averagePool") { input, scope in
            let window = ImageWindow("averagePool", kernel: kernel, stride: stride ?? kernel, padding: padding)
            let output = try window.pooled(input, scope)
            return (AveragePool2D(kernel, stride: stride, padding: padding, countsPadding: countsPadding), output)
        }
    }
}
