public import TensorCore

/// `y = max(main(x) + shortcut(x), 0)` (He et al. 2016, "Deep residual learning for image recognition", section 3.2).
///
/// A batch normalisation at the end of the main branch takes the sum and the rectifier into its own pass over memory.
public struct Residual: Layer {
    /// The branch that is added to.
    public let main: Sequential

    /// What is added; nil for the input itself.
    public let shortcut: Sequential?

    /// The main branch without what takes the sum along.
    private let head: Sequential
    private let tail: BatchNorm?

    /// A block of two branches, whose outputs must have the same shape.
    public init(main: Sequential, shortcut: Sequential?) {
        self.main = main
        self.shortcut = shortcut
        tail = (main.layers.last as? BatchNorm)?.withReLU()
        head = tail == nil ? main : Sequential(main.layers.dropLast())
    }

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        let output = try head(input, pass)
        let side = try shortcut?(input, pass) ?? input
        return try tail?.apply(output, adding: side, pass) ?? output.addReLU(side)
    }
}

extension LayerDescription {
    /// A ``Residual`` of branches whose parts are called by the given names, all in one scope.
    public static func residual(
        named main: [(name: String, part: LayerDescription)], shortcut: (name: String, parts: [LayerDescription])?
    ) -> LayerDescription {
        LayerDescription("residual") { input, scope in
            try makeResidual(input, scope, shortcut: shortcut) { try sequence(main, input, scope) }
        }
    }

    /// A ``Residual`` whose branches are called `main` and `shortcut`, their parts by their position.
    public static func residual(_ main: [LayerDescription], shortcut: [LayerDescription]? = nil) -> LayerDescription {
        LayerDescription("residual") { input, scope in
            try makeResidual(input, scope, shortcut: shortcut.map { ("shortcut", $0) }) {
                try sequence(positions(main), input, scope["main"])
            }
        }
    }

    private static func makeResidual(
        _ input: Shape, _ scope: ParameterScope, shortcut: (name: String, parts: [LayerDescription])?,
        _ makeMain: () throws -> (layer: Sequential, output: Shape)
    ) throws -> (layer: any Layer, output: Shape) {
        let image = scope.flattenedImage
        let main = try makeMain()
        let side = try shortcut.map { shortcut in
            scope.flattenedImage = image
            return try scope.sharingGradients {
                try sequence(positions(shortcut.parts), input, scope[shortcut.name])
            }
        }
        let sideShape = side?.output ?? input
        guard main.output == sideShape else {
            throw ModelError(
                "Layer '\(scope.name)' (residual) adds its main branch, which gives \(main.output), to its shortcut, which "
                    + "gives \(sideShape): let the shortcut have a convolution or a linear layer that makes them alike."
            )
        }
        return (Residual(main: main.layer, shortcut: side?.layer), main.output)
    }
}
