import TensorCore

/// The window of a convolution or a pooling while a model is built: it must fit the images before it.
struct ImageWindow {
    let layer: String
    let kernel, stride, padding: Int

    init(_ layer: String, kernel: Int, stride: Int, padding: Int) {
        self.layer = layer
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
    }

    /// The height and width of what comes out for samples of shape `input`.
    /// - Throws: ``ModelError`` that names the layer.
    func output(of input: Shape, _ scope: ParameterScope) throws -> (height: Int, width: Int) {
        guard input.rank == 3 else {
            throw error(scope, "takes images [height, width, channels], but what stands before it gives \(input).")
        }
        guard kernel > 0, stride > 0, (0..<kernel).contains(padding) else {
            throw error(
                scope,
                "has kernel \(kernel), stride \(stride) and padding \(padding): kernel and stride must be above 0, "
                    + "and the padding from 0 to below the kernel.")
        }
        let room = (input[0] + 2 * padding - kernel, input[1] + 2 * padding - kernel)
        guard room.0 >= 0, room.1 >= 0 else {
            let padded = padding == 0 ? "" : ", padded to \(input[0] + 2 * padding) × \(input[1] + 2 * padding)"
            throw error(
                scope,
                "has a kernel of \(kernel) × \(kernel), larger than the images of \(input[0]) × \(input[1])\(padded).")
        }
        return (room.0 / stride + 1, room.1 / stride + 1)
    }

    private func error(_ scope: ParameterScope, _ words: String) -> ModelError {
        ModelError("Layer '\(scope.name)' (\(layer)) \(words)")
    }
}

extension ImageWindow {
    /// The shape of pooled samples: as many channels as before.
    func pooled(_ input: Shape, _ scope: ParameterScope) throws -> Shape {
        let size = try output(of: input, scope)
        guard kernel <= Self.greatestPool else {
            throw error(scope, "has a window of \(kernel) pixels a side, but \(Self.greatestPool) are the most.")
        }
        return [size.height, size.width, input[2]]
    }

    /// A place in a window is noted in 16 bits.
    private static let greatestPool = 255
}
