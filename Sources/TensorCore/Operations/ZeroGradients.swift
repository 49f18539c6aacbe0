/// The derivative of an operation on an empty batch: nothing reaches the inputs.
final class ZeroGradients: Operation {
    let name = "empty batch"

    func backward(_ record: Record, on tape: Tape) throws {
        for input in [record.inputs.0, record.inputs.1, record.inputs.2, record.inputs.3].compactMap({ $0 }) {
            try tape.withGradient(of: input) { $0.update(repeating: 0, count: input.shape.count) }
        }
    }
}
