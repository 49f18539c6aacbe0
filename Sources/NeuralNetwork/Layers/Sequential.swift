public import TensorCore

/// Layers one after the other.
public struct Sequential: Layer {
    /// First to last.
    public let layers: [any Layer]

    /// The given layers, first to last.
    public init(_ layers: [any Layer]) {
        self.layers = layers
    }

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        var output = input
        for layer in layers { output = try layer(output, pass) }
        return output
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
            }
            return (Sequential(layers), shape)
        }
    }
}
