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

    /// A max pooling takes the rectifier before it, to work on its few results instead of its many inputs; other layers take the one
    /// behind them.
    private static func fuse(_ layers: [any Layer]) -> [any Layer] {
        layers.reduce(into: [any Layer]()) { fused, layer in
            if let pooling = layer as? MaxPool2D, fused.last is ReLU {
                fused[fused.count - 1] = pooling.withReLU()
            } else {
                fused.append(layer)
            }
        }.reduce(into: []) { fused, layer in
            if layer is ReLU, let rectified = fused.last.flatMap(rectified) {
                fused[fused.count - 1] = rectified
            } else {
                fused.append(layer)
            }
        }
    }

    private static func rectified(_ layer: any Layer) -> (any Layer)? {
        switch layer {
        case let linear as Linear where !linear.relu: linear.withReLU()
        case let convolution as Conv2D where !convolution.relu: convolution.withReLU()
        case let norm as BatchNorm where !norm.relu: norm.withReLU()
        case let pooling as MaxPool2D where !pooling.relu: pooling.withReLU()
        default: nil
        }
    }
}

extension LayerDescription {
    /// A ``Sequential``; its parts are named by their position, parts without parameters counted too, as in PyTorch.
    public static func sequential(_ parts: [LayerDescription]) -> LayerDescription {
        .sequential(named: positions(parts))
    }

    /// A ``Sequential`` of named parts. A name may have dots, and parts without parameters may share one.
    public static func sequential(named parts: [(name: String, part: LayerDescription)]) -> LayerDescription {
        LayerDescription("sequential") { input, scope in try sequence(parts, input, scope) }
    }

    static func positions(_ parts: [LayerDescription]) -> [(name: String, part: LayerDescription)] {
        parts.enumerated().map { ("\($0.offset)", $0.element) }
    }

    /// The parts one after the other, each made for the output of the one before it.
    static func sequence(
        _ parts: [(name: String, part: LayerDescription)], _ input: Shape, _ scope: ParameterScope
    ) throws -> (layer: Sequential, output: Shape) {
        var (layers, shape): ([any Layer], Shape) = ([], input)
        for (name, part) in parts {
            let made = try scope.make(part, named: name, for: shape)
            layers.append(made.layer)
            shape = made.output
        }
        return (Sequential(layers), shape)
    }
}
