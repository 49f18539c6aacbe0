public import TensorCore

/// Where a layer declares its parameters while a model is built: a dotted prefix and the model's growing list.
public struct ParameterScope {
    /// The dotted name of this scope.
    public let name: String
    private let declarations: Declarations

    init(prefix: String = "", _ declarations: Declarations) {
        self.name = prefix
        self.declarations = declarations
    }

    /// The scope of a part of this layer; `scope["0"]["weight"]` names `0.weight`.
    public subscript(_ name: String) -> ParameterScope {
        ParameterScope(prefix: self.name.isEmpty ? name : "\(self.name).\(name)", declarations)
    }

    /// Declares a parameter. Declaring a name twice is a programmer error.
    public func parameter(
        _ name: String, _ shape: Shape, _ initializer: Initializer, kind: Parameter.Kind = .weight
    ) -> Parameter {
        declarations.add(self[name].name, shape, initializer, kind)
    }

    /// The model's list under construction.
    final class Declarations {
        private(set) var parameters: [Parameter] = []
        private(set) var count = 0

        /// Every parameter starts on a cache line of its own: 16 floats.
        private static let alignment = 16

        func add(_ name: String, _ shape: Shape, _ initializer: Initializer, _ kind: Parameter.Kind) -> Parameter {
            guard !parameters.contains(where: { $0.name == name }) else {
                fatalError("Two parameters of one model are called '\(name)'.")
            }
            let parameter = Parameter(
                name: name, shape: shape, range: count..<count + shape.count, index: parameters.count,
                initializer: initializer, kind: kind)
            parameters.append(parameter)
            count = (parameter.range.upperBound + Self.alignment - 1) / Self.alignment * Self.alignment
            return parameter
        }
    }
}
