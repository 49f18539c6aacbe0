/// What one compute thread needs to run operations: oneDNN's engine, the cached operations with their primitives, the pool of
/// tensor memory and the scratch memory. Nothing in it is shared; a context must stay on the thread that uses it.
public final class ExecutionContext {
    /// Threads that oneDNN uses inside a primitive. They are baked into primitives at creation, and they change bits.
    public let threadCount: Int

    /// The numbers that products are computed from.
    public let precision: ComputePrecision

    /// Where the time of each operation is added up, when somebody asks.
    var profile: OperationProfile?

    let engine: Engine
    let pool = BufferPool()
    private var operations: [OperationKey: any Operation] = [:]
    private var layouts: [Layout] = []
    private var scratch = AlignedMemory.allocate(byteCount: 64)
    private var scratchByteCount = 64

    /// A context for the calling thread.
    /// - Throws: ``OneDNNError`` if oneDNN has no CPU engine, or has nothing to compute in that precision on this processor.
    public init(threadCount: Int = 1, precision: ComputePrecision = .float32) throws {
        self.threadCount = threadCount
        self.precision = precision
        OneDNN.setThreads(threadCount)
        engine = try Engine()
        if precision == .bfloat16 { _ = try MatrixProduct.ofBFloat16(engine) }
    }

    /// Gives the calling thread this context's number of threads again, if it has used a context with another in the meantime.
    public func activate() {
        OneDNN.setThreads(threadCount)
    }

    /// Bytes of tensor memory taken from the system so far.
    public var pooledByteCount: Int {
        pool.totalByteCount
    }

    deinit {
        AlignedMemory.deallocate(scratch)
    }

    /// The cached operation of `key`, made at its first use.
    public func operation<Made: Operation>(_ key: OperationKey, make: () throws -> Made) rethrows -> Made {
        if let found = operations[key], let cached = found as? Made { return cached }
        let made = try make()
        operations[key] = made
        return made
    }

    /// The layout that `descriptor` says for a tensor of `shape`: nil if that is row-major, and the same object for the same layout.
    func layout(_ descriptor: Descriptor, of shape: Shape) -> Layout? {
        if descriptor.hasStrides(shape.plainStrides) { return nil }
        if let known = layouts.first(where: { $0.shape == shape && $0.descriptor.equals(descriptor) }) { return known }
        let new = Layout(descriptor, of: shape, number: Int32(layouts.count + 1))
        layouts.append(new)
        return new
    }

    /// The layout of images in blocks of `channelBlock` channels, as ``Layout/channelBlock`` says; nil is row-major.
    func layout(channelBlock: Int?, of shape: Shape) throws -> Layout? {
        guard let channelBlock else { return nil }
        return layout(try Descriptor(shape.descriptorSizes, channelBlock: channelBlock), of: shape)
    }

    /// Runs a primitive on the pointers of its bound arguments, in their order.
    func run(_ primitive: Primitive, _ pointers: UnsafePointer<UnsafeMutableRawPointer?>) throws {
        try measureKernel {
            try primitive.execute(on: engine, pointers, scratch: scratch(primitive.scratchByteCount))
        }
    }

    /// Memory for use until the next call.
    func scratch(_ byteCount: Int) -> UnsafeMutableRawPointer {
        if byteCount > scratchByteCount {
            AlignedMemory.deallocate(scratch)
            scratch = AlignedMemory.allocate(byteCount: byteCount)
            scratchByteCount = byteCount
        }
        return scratch
    }
}
