public import TensorCore

/// The greatest element of each square window: `[batch, height, width, channels]` to `[batch, height', width', channels]` with
/// `height' = (height + 2 padding − kernel) / stride + 1`. On request negative results become 0.
public struct MaxPool2D: Layer {
    /// The side of the window.
    public let kernel: Int

    /// Pixels between neighbouring windows.
    public let stride: Int

    /// Pixels on each side of the image that no window takes an element from.
    public let padding: Int

    /// Whether negative results become 0.
    public private(set) var relu = false

    /// Windows side by side, if no stride is given.
    public init(_ kernel: Int, stride: Int? = nil, padding: Int = 0) {
        self.kernel = kernel
        self.stride = stride ?? kernel
        self.padding = padding
    }

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        try input.maxPool(kernel, stride: stride, padding: padding, relu: relu)
    }

    /// The same layer with a ``ReLU`` before or behind it: the greatest element is the same, and so is the place of any above 0.
    func withReLU() -> MaxPool2D {
        var copy = self
        copy.relu = true
        return copy
    }
}

extension LayerDescription {
    /// A ``MaxPool2D``; windows lie side by side if no stride is given.
    public static func maxPool(_ kernel: Int, stride: Int? = nil, padding: Int = 0) -> LayerDescription {
        LayerDescription("maxPool") { input, scope in
            let window = ImageWindow("maxPool", kernel: kernel, stride: stride ?? kernel, padding: padding)
            let output = try window.pooled(input, scope)
            return (MaxPool2D(kernel, stride: stride, padding: padding), output)
        }
    }
}
