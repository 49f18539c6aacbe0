/// oneDNN's rectifier and its derivative, as the kernel limit counts them. Training uses an element loop instead: oneDNN turns NaN
/// into 0.
struct Rectifier {
    private let forward: Primitive
    private let backward: Primitive
    private let count: Int

    init(_ engine: Engine, count: Int) throws {
        let data = try Descriptor([count], strides: [1])
        self.count = count
        forward = try Primitive.reluForward(engine, data)
        backward = try Primitive.reluBackward(engine, data)
    }

    func forwardKernel(on context: ExecutionContext) -> KernelChoice {
        .primitive("relu forward", forward, floatCounts: [count, count], on: context)
    }

    func backwardKernel(on context: ExecutionContext) -> KernelChoice {
        .primitive("relu backward", backward, floatCounts: [count, count, count], on: context)
    }
}
