/// `y = max(x, 0)` and its derivative for a fixed number of elements.
final class Rectifier {
    private let forward: Primitive
    private let backward: Primitive
    private let count: Int

    init(_ engine: Engine, count: Int) throws {
        let data = try Descriptor([count], strides: [1])
        self.count = count
        forward = try Primitive.reluForward(engine, data)
        backward = try Primitive.reluBackward(engine, data)
    }

    func forward(
        on context: ExecutionContext, x: UnsafeMutablePointer<Float>, y: UnsafeMutablePointer<Float>
    ) throws {
        try Self.run(forward, on: context, (.init(x), .init(y), nil))
    }

    /// `dx = dy` where `y > 0`, else 0; `dx` may be `dy`.
    func backward(
        on context: ExecutionContext, y: UnsafeMutablePointer<Float>, dy: UnsafeMutablePointer<Float>,
        dx: UnsafeMutablePointer<Float>
    ) throws {
        try Self.run(backward, on: context, (.init(y), .init(dy), .init(dx)))
    }

    func forwardKernel(on context: ExecutionContext) -> KernelChoice {
        .primitive("relu forward", forward, floatCounts: [count, count], on: context)
    }

    func backwardKernel(on context: ExecutionContext) -> KernelChoice {
        .primitive("relu backward", backward, floatCounts: [count, count, count], on: context)
    }

    private static func run(
        _ primitive: Primitive, on context: ExecutionContext,
        _ pointers: (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?)
    ) throws {
        try withUnsafePointer(to: pointers) {
            try $0.withMemoryRebound(to: UnsafeMutableRawPointer?.self, capacity: 3) {
                try context.run(primitive, $0)
            }
        }
    }
}
