/// The derivative of an operation on an empty batch: nothing reaches the inputs.
final class ZeroGradients: Operation {
    let name = "empty batch"

    func backward(_ record: Record, on tape: Tape) throws {
        for input in [record.inputs.0, record.inputs.1, record.inputs.2, record.inputs.3].compactMap({ $0 }) {
            try tape.withGradient(of: input) { $0.update(repeating: 0, count: input.shape.count) }
        }
    }
}

extension Tape {
    /// Notes an operation whose batch was empty: oneDNN refuses some of those.
    func recordZeroGradients(_ first: Tensor, _ second: Tensor? = nil, _ third: Tensor? = nil, output: Tensor) {
        let operation = context.operation(OperationKey(ZeroGradients.self, [])) { ZeroGradients() }
        record(operation, first, second, third, output: output)
    }
}
