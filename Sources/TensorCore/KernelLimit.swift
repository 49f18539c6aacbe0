/// One kernel that a model cannot do without, in every form oneDNN offers for it.
public struct KernelChoice {
    let name: String
    let alternatives: [() throws -> Void]
}

/// The time a model's oneDNN kernels need at the least: every convolution, linear layer, activation and so on, forward and
/// backward, each in the fastest of oneDNN's forms; loss, data and optimizer excluded.
public final class KernelLimit {
    private let choices: [KernelChoice]

    /// The kernels of everything that is on `tape` now.
    /// - Throws: ``OneDNNError``.
    public init(_ tape: Tape) throws {
        choices = try tape.records.flatMap { try $0.operation.kernels(for: $0, on: tape) }
    }

    /// Seconds for one pass, measured now on the calling thread.
    ///
    /// Every form runs once to warm up and then three times; the mean counts. Take the median of several calls, between whatever
    /// they are compared with: a processor's clock drifts.
    /// - Throws: ``OneDNNError``.
    public func measure() throws -> Double {
        try choices.reduce(0) { try $0 + ($1.alternatives.map(Self.meanSeconds).min() ?? 0) }
    }

    private static func meanSeconds(_ body: () throws -> Void) throws -> Double {
        try body()
        let start = monotonicSeconds()
        for _ in 0..<3 { try body() }
        return (monotonicSeconds() - start) / 3
    }
}

extension KernelChoice {
    /// A bare matrix product as `dnnl_sgemm` if it is float32, as `dnnl_matmul`, and as `dnnl_matmul` on weights that were packed
    /// beforehand.
    static func product(
        _ name: String, _ full: MatrixProduct.Sizes, on context: ExecutionContext
    ) throws -> KernelChoice {
        var sizes = full
        sizes.bias = false
        let a = operand(sizes.m * sizes.k)
        let b = operand(sizes.k * sizes.n)
        let c = operand(sizes.m * sizes.n)
        let plain = try MatrixProduct(context.engine, sizes, copy: MatrixProduct.Copy.none)
        let packed = try Primitive.matmul(
            context.engine, source: .matrix(sizes.m, sizes.k, transposed: sizes.transposedA, of: sizes.operands),
            weights: Descriptor([sizes.k, sizes.n], strides: nil, of: sizes.operands), bias: nil,
            destination: .matrix(sizes.m, sizes.n))
        let packedB = operand(try packed.descriptor(of: .weights).byteCount / 4 + 16)
        var alternatives: [() throws -> Void] = [
            { try plain.run(on: context, a: a.base, b: b.base, c: c.base) },
            { try run(packed, on: context, [a, packedB, c]) },
        ]
        if sizes.operands == .float32 {
            alternatives.append { try SingleGeneralProduct.run(sizes, a: a.base, b: b.base, c: c.base) }
        }
        return KernelChoice(name: name, alternatives: alternatives)
    }

    /// A primitive on operands of its own.
    static func primitive(
        _ name: String, _ primitive: Primitive, floatCounts: [Int], on context: ExecutionContext
    ) -> KernelChoice {
        let operands = floatCounts.map(operand)
        return KernelChoice(name: name, alternatives: [{ try run(primitive, on: context, operands) }])
    }

    /// A primitive on operands of its own, in the layouts that it wants.
    static func alone(
        _ name: String, _ primitive: Primitive, on context: ExecutionContext
    ) throws -> KernelChoice {
        let counts = try primitive.roles.map { (try primitive.descriptor(of: $0).byteCount + 3) / 4 }
        return .primitive(name, primitive, floatCounts: counts, on: context)
    }

    private static func run(_ primitive: Primitive, on context: ExecutionContext, _ operands: [FlatStorage]) throws {
        try context.run(primitive, operands.map { UnsafeMutableRawPointer($0.base) })
    }

    /// Values in [-0.5, 0.5), also when read as bfloat16: kernels may run faster on zeros. On ordinary pages, as a program that only
    /// calls oneDNN has them.
    private static func operand(_ count: Int) -> FlatStorage {
        let storage = FlatStorage(count: count, hugePages: false)
        let random = CounterRandom(seed: 0, purpose: "kernel limit")
        for index in 0..<count {
            let upper = Float(random.uniform(UInt64(index)) - 0.5).bitPattern & 0xFFFF_0000
            storage.base[index] = Float(bitPattern: upper | upper >> 16)
        }
        return storage
    }
}
