/// One kind of computation for one set of shapes: it holds its primitives and knows its forward and its derivative.
///
/// Operations come from ``ExecutionContext/operation(_:make:)`` and are used again for equal shapes, so they keep nothing about
/// a single call; what the derivative needs from the forward pass lies in tensors of the ``Record``. To add an operation, add a
/// file; no list has to be touched.
public protocol Operation: AnyObject {
    /// As reports name it.
    var name: String { get }

    /// Adds this operation's part to the gradients of the record's inputs, given the gradient of its output.
    func backward(_ record: Record, on tape: Tape) throws

    /// The oneDNN kernels this operation cannot do without, for the kernel limit of a benchmark.
    func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice]
}

extension Operation {
    public func kernels(for record: Record, on tape: Tape) throws -> [KernelChoice] { [] }
}

/// One operation as it was run: the operation, its input tensors and its output.
public struct Record {
    /// The operation.
    public let operation: any Operation

    /// Its inputs; the derivative goes to those that need one.
    public let inputs: (Tensor, Tensor?, Tensor?, Tensor?)

    /// Its result.
    public let output: Tensor

    /// What forward kept for backward, if anything.
    public let saved: Tensor?
}

/// What tells two operations apart: the type, the shapes, how the inputs lie in memory, and options as the type numbers them.
public struct OperationKey: Hashable {
    private let type: ObjectIdentifier
    private let first: Shape
    private let second: Shape
    private let settings: Shape
    private let options: Int
    private let layouts: SIMD2<Int32>

    /// The key of an operation of `type` for the given shapes.
    public init(_ type: any Operation.Type, _ first: Shape, _ second: Shape = [], options: Int = 0) {
        self.init(type, first, second, options: options, layouts: nil)
    }

    /// The same for inputs in the given layouts, with up to eight settings of the operation such as a stride.
    init(
        _ type: any Operation.Type, _ first: Shape, _ second: Shape = [], settings: Shape = [], options: Int = 0,
        layouts firstLayout: Layout?, _ secondLayout: Layout? = nil
    ) {
        self.type = ObjectIdentifier(type)
        self.first = first
        self.second = second
        self.settings = settings
        self.options = options
        layouts = SIMD2(firstLayout?.number ?? 0, secondLayout?.number ?? 0)
    }
}
