import COneDNN

/// One of oneDNN's element functions with its derivative, for tensors of a fixed number of elements.
///
/// The rectifier is here for the kernel limit only: training uses an element loop instead, because oneDNN's turns NaN into 0. The
/// others pass it on.
struct ElementFunction {
    enum Kind: Int {
        case relu, logistic, tanh

        /// As reports name it.
        var name: String {
            switch self {
            case .relu: "relu"
            case .logistic: "sigmoid"
            case .tanh: "tanh"
            }
        }

        /// Whether zeros, such as those that pad a layout, stay zero.
        var keepsZero: Bool {
            self != .logistic
        }

        fileprivate var code: onednn_element_function {
            switch self {
            case .relu: onednn_relu
            case .logistic: onednn_logistic
            case .tanh: onednn_tanh
            }
        }
    }

    let kind: Kind
    private let forward: Primitive
    private let backward: Primitive
    private let count: Int

    init(_ kind: Kind, _ engine: Engine, count: Int) throws {
        let data = try Descriptor([count], strides: [1])
        self.kind = kind
        self.count = count
        forward = try Primitive.elementForward(engine, kind.code, data)
        backward = try Primitive.elementBackward(engine, kind.code, data)
    }

    func apply(
        on context: ExecutionContext, _ source: UnsafeMutablePointer<Float>,
        into result: UnsafeMutablePointer<Float>
    ) throws {
        try forward.run(on: context, source, result)
    }

    func differentiate(
        on context: ExecutionContext, result: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>,
        into sourceGradient: UnsafeMutablePointer<Float>
    ) throws {
        try backward.run(on: context, result, gradient, sourceGradient)
    }

    func forwardKernel(on context: ExecutionContext) -> KernelChoice {
        .primitive("\(kind.name) forward", forward, floatCounts: [count, count], on: context)
    }

    func backwardKernel(on context: ExecutionContext) -> KernelChoice {
        .primitive("\(kind.name) backward", backward, floatCounts: [count, count, count], on: context)
    }
}
