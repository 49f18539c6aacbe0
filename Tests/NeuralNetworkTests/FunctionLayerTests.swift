import Testing

@testable import NeuralNetwork
@testable import TensorCore

/// Layers without parameters give what the operations of the same name give, in the shape of their input.
@Suite struct FunctionLayerTests {
    typealias Function = @Sendable (Tensor) throws -> Tensor

    static let functions: [(name: String, description: LayerDescription, function: Function)] = [
        ("sigmoid", .sigmoid, { try $0.sigmoid() }),
        ("tanh", .tanh, { try $0.tanh() }),
        ("softmax", .softmax, { try $0.softmax() }),
        ("logSoftmax", .logSoftmax, { try $0.logSoftmax() }),
    ]

    @Test(arguments: functions.indices)
    func layer_ofAFunction_isTheFunction(_ index: Int) throws {
        let (name, description, function) = Self.functions[index]
        let model = try Model(inputShape: [2, 3], layers: [description])
        let tape = Tape(context: try ExecutionContext())
        let pass = ForwardPass(evaluating: model, tape: tape, values: FlatStorage(count: 0))
        let x = tape.constant([1, -2, 3, 0.5, 0, -1], shape: [1, 2, 3])
        #expect(try model(x, pass).array == function(x).array)
        #expect(model.outputShape == [2, 3] && model.parameters.isEmpty && description.name == name)
    }
}
