import NeuralNetwork
import TensorCore

/// A layer of our own: `y = x²`, element by element, with its derivative `dx = 2 x dy`.
struct Square: Layer {
    func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        let output = input.tape.allocate(input.shape, needsGradient: true)
        for (index, x) in input.elements.enumerated() { output.elements[index] = x * x }
        let operation = input.tape.context.operation(OperationKey(SquareOperation.self, [])) { SquareOperation() }
        input.tape.record(operation, input, output: output)
        return output
    }
}

extension LayerDescription {
    static var square: LayerDescription {
        LayerDescription("square") { input, _ in (Square(), input) }
    }
}

/// What the tape replays for ``Square``.
final class SquareOperation: TensorCore.Operation {
    let name = "square"

    func backward(_ record: Record, on tape: Tape) throws {
        let x = record.inputs.0.elements
        let dy = tape.gradient(of: record.output)
        try tape.withGradient(of: record.inputs.0) { dx in
            for (index, value) in x.enumerated() { dx[index] = 2 * value * dy[index] }
        }
    }
}
