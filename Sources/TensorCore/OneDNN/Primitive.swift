import COneDNN

/// A compiled oneDNN kernel for fixed shapes, with its memory arguments bound in a fixed order. Only data pointers change
/// between runs.
final class Primitive {
    /// The roles of memory arguments.
    enum Role {
        case source, secondSource, weights, bias, destination
        case sourceGradient, destinationGradient, weightsGradient, biasGradient
        case mean, variance, scale, shift, scaleGradient, shiftGradient, workspace

        var code: Int32 {
            switch self {
            case .source: onednn_arg_source
            case .secondSource: onednn_arg_second_source
            case .weights: onednn_arg_weights
            case .bias: onednn_arg_bias
            case .destination: onednn_arg_destination
            case .sourceGradient: onednn_arg_source_gradient
            case .destinationGradient: onednn_arg_destination_gradient
            case .weightsGradient: onednn_arg_weights_gradient
            case .biasGradient: onednn_arg_bias_gradient
            case .mean: onednn_arg_mean
            case .variance: onednn_arg_variance
            case .scale: onednn_arg_scale
            case .shift: onednn_arg_shift
            case .scaleGradient: onednn_arg_scale_gradient
            case .shiftGradient: onednn_arg_shift_gradient
            case .workspace: onednn_arg_workspace
            }
        }
    }

    let scratchByteCount: Int
    /// The memory arguments in the order in which they are bound.
    let roles: [Role]
    /// Kept alive: the primitive's memory objects refer to it.
    private let engine: Engine
    private let handle: OpaquePointer
    private let call: String

    /// Creates a primitive by `create` and binds `roles` in the order in which ``execute(on:_:scratch:)`` gets the pointers.
    init(
        _ call: String, on engine: Engine, _ roles: [Role],
        create: (UnsafeMutablePointer<OpaquePointer?>) throws -> Int32
    ) throws {
        self.engine = engine
        self.roles = roles
        var made: OpaquePointer?
        try check(try create(&made), call)
        guard let made else { throw OneDNNError(status: onednn_out_of_memory, call: call) }
        handle = made
        self.call = call
        scratchByteCount = onednn_primitive_scratchpad_byte_count(made)
        let codes = roles.map(\.code)
        try check(onednn_primitive_bind(made, codes, Int32(codes.count)), call)
    }

    deinit {
        onednn_primitive_destroy(handle)
    }

    /// The layout chosen for an argument.
    func descriptor(of role: Role) throws -> Descriptor {
        var made: OpaquePointer?
        try check(onednn_primitive_descriptor(handle, role.code, &made), call)
        guard let made else { throw OneDNNError(status: onednn_invalid_arguments, call: call) }
        return Descriptor(owning: made)
    }

    /// oneDNN's name for the implementation it chose, such as `jit:avx512_core`; `ref:any` is the slow reference.
    var implementation: String {
        String(cString: onednn_primitive_implementation(handle))
    }

    /// Whether oneDNN has nothing better than its reference, or plain loops, hundreds of times slower than its other kernels.
    var isReference: Bool {
        ["ref", "simple"].contains { implementation.hasPrefix($0) }
    }

    func execute(
        on engine: Engine, _ pointers: UnsafePointer<UnsafeMutableRawPointer?>, scratch: UnsafeMutableRawPointer
    ) throws {
        try check(onednn_primitive_execute(handle, engine.handle, pointers, scratch), call)
    }

    /// Runs the primitive on up to six memory arguments in the order of its roles.
    func run(
        on context: ExecutionContext, _ first: UnsafeMutablePointer<Float>?, _ second: UnsafeMutablePointer<Float>?,
        _ third: UnsafeMutablePointer<Float>? = nil, _ fourth: UnsafeMutablePointer<Float>? = nil,
        _ fifth: UnsafeMutablePointer<Float>? = nil, _ sixth: UnsafeMutablePointer<Float>? = nil
    ) throws {
        guard roles.count <= 6 else { fatalError("\(call) has \(roles.count) arguments; six can be given.") }
        // A tuple, because an array would allocate.
        typealias Pointer = UnsafeMutableRawPointer?
        let pointers: (Pointer, Pointer, Pointer, Pointer, Pointer, Pointer) = (
            .init(first), .init(second), .init(third), .init(fourth), .init(fifth), .init(sixth)
        )
        try withUnsafePointer(to: pointers) {
            try $0.withMemoryRebound(to: Pointer.self, capacity: 6) { try context.run(self, $0) }
        }
    }
}

extension Primitive {
    /// `destination = source · weights (+ bias)`, matrices `[m, k]`, `[k, n]`, `[1, n]`, `[m, n]` (`dnnl_matmul`).
    static func matmul(
        _ engine: Engine, source: Descriptor, weights: Descriptor, bias: Descriptor?, destination: Descriptor
    ) throws -> Primitive {
        let roles: [Role] =
            bias == nil
            ? [.source, .weights, .destination] : [.source, .weights, .bias, .destination]
        return try Primitive("a matrix product", on: engine, roles) {
            onednn_matmul_create(
                $0, engine.handle, source.handle, weights.handle, bias?.handle, destination.handle)
        }
    }

    /// A change of layout (`dnnl_reorder`).
    static func reorder(_ engine: Engine, from source: Descriptor, to destination: Descriptor) throws -> Primitive {
        try Primitive("a change of layout", on: engine, [.source, .destination]) {
            onednn_reorder_create($0, engine.handle, source.handle, destination.handle)
        }
    }

    /// `destination = source + secondSource` (`dnnl_binary_add`).
    static func add(_ engine: Engine, _ data: Descriptor) throws -> Primitive {
        try Primitive("a sum of two", on: engine, [.source, .secondSource, .destination]) {
            onednn_add_create($0, engine.handle, data.handle)
        }
    }

    /// An element function (`dnnl_eltwise_…`).
    static func elementForward(
        _ engine: Engine, _ function: onednn_element_function, _ data: Descriptor
    ) throws -> Primitive {
        try Primitive("an element function", on: engine, [.source, .destination]) {
            onednn_element_forward_create($0, engine.handle, function, data.handle)
        }
    }

    /// The derivative of an element function from its result (`dnnl_eltwise_…_use_dst_for_bwd`).
    static func elementBackward(
        _ engine: Engine, _ function: onednn_element_function, _ data: Descriptor
    ) throws -> Primitive {
        try Primitive(
            "the derivative of an element function", on: engine,
            [.destination, .destinationGradient, .sourceGradient]
        ) {
            onednn_element_backward_create($0, engine.handle, function, data.handle)
        }
    }
}
