/// The mean of each channel over height and width: `[batch, height, width, channels]` to `[batch, channels]` (Lin et al. 2013,
/// arXiv 1312.4400, section 3.2). Gradient: `dx = dy / (height · width)` everywhere.
final class GlobalAveragePoolOperation: Operation {
    let name = "global average pool"
    private let loops: ChannelLoops

    init(_ x: Tensor) {
        loops = ChannelLoops(for: x, perImage: true)
    }

    func forward(_ x: Tensor, into y: Tensor) {
        loops.rowMeans(x.memory, channels: y.shape[1], into: y.base)
    }

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)
        try tape.withGradientMemory(of: record.inputs.0) {
            loops.spreadRows(dy, channels: record.output.shape[1], into: $0)
        }
    }
}

extension Tensor {
    /// The mean over height and width: `[batch, height, width, channels]` to `[batch, channels]`.
    /// - Throws: ``OneDNNError``.
    public func globalAveragePooled() throws -> Tensor {
        requireShapes(shape.rank == 4 && shape[1] > 0 && shape[2] > 0, "global average pool", shape, [])
        let x = try byChannels()
        let output = tape.allocate(Shape(shape[0], shape[3]), needsGradient: needsGradient)
        let key = OperationKey(GlobalAveragePoolOperation.self, shape, layouts: x.layout)
        let operation = tape.context.operation(key) { GlobalAveragePoolOperation(x) }
        tape.measure("global average pool forward") { operation.forward(x, into: output) }
        tape.record(operation, x, output: output)
        return output
    }
}
