public import TensorCore

/// Layers one after the other.
public struct Sequential: Layer {
    /// First to last.
    public let layers: [any Layer]

    /// The same computation in fewer passes over memory.
    private let fused: [any Layer]

    /// The given layers, first to last.
    public init(_ layers: [any Layer]) {
        self.layers = layers
        fused = Self.fuse(layers)
    }

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        var output = input
        for layer in fused { output = try layer(output, pass) }
        return output
    }

    /// A linear layer takes the rectifier behind it into its own kernel.
    private static func fuse(_ layers: [any Layer]) -> [any Layer] {
        layers.reduce(into: []) { fused, layer in
            if layer is ReLU, let linear = fused.last as? Linear, !linear.relu {
                fused[fused.count - 1] = linear.withReLU()
            } else {
                fused.append(layer)
            }
        }
    }
}

extension LayerDescription {
    /// A ``Sequential``; its parts are named by their position, parts without parameters counted too, as in PyTorch.
    public static func sequential(_ parts: [LayerDescription]) -> LayerDescription {
        LayerDescription("sequential") { input, scope in
            var shape = input
            var layers: [any Layer] = []
            for (position, part) in parts.enumerated() {
                let made = try part.make(shape, scope["\(position)"])
                layers.append(made.layer)
                shape = made.output
                scope.note(output: shape)
            }
            return (Sequential(layers), shape)
        }
    }
}
