import Communication
import NeuralNetwork
import TensorCore

/// The sum of the ranks' gradients with half the bytes: each rank rounds its gradients to bfloat16 and sends every other rank its part
/// of them, which adds in float32, in the order of ranks, and sends the rounded sum to all. So a number is rounded twice, however many
/// ranks there are; a reduction of the MPI library in bfloat16 would round at each addition. What else ranks have to say travels as float32.
final class NarrowReduction: GradientReduction {
    let targets: [GradientTarget]
    let averaged: FlatStorage
    let control: ControlBlock
    let statistics: BatchStatistics
    let overlaps = false

    private let communicator: any Communicator
    private let head: MessageHead
    private let parts: ElementParts
    private let byteCounts: [Int]
    private let receivedByteCounts: [Int]
    /// Bfloat16, two in the place of a float32: all of this rank, its part of each rank, and its part of the sum.
    private let send, receive, sent: FlatStorage
    private let sum: FlatStorage

    init(_ model: Model, over communicator: any Communicator) {
        self.communicator = communicator
        let (rank, size, isAlone) = (communicator.rank, communicator.size, communicator.size == 1)
        head = MessageHead(model, over: communicator)
        (control, statistics) = (head.control, head.statistics)
        let gradients = FlatStorage(count: model.storageCount)
        averaged = isAlone ? gradients : FlatStorage(count: model.storageCount)
        targets = [GradientTarget(gradients: gradients, statistics: head.ownStatistics, piece: rank)]
        parts = ElementParts(model.storageCount, partCount: size)
        byteCounts = parts.counts.map { $0 * MemoryLayout<UInt16>.stride }
        receivedByteCounts = Array(repeating: byteCounts[rank], count: size)
        send = FlatStorage(count: isAlone ? 0 : model.storageCount / 2)
        receive = FlatStorage(count: isAlone ? 0 : size * parts.counts[rank] / 2)
        sent = FlatStorage(count: isAlone ? 0 : parts.counts[rank] / 2)
        sum = FlatStorage(count: isAlone ? 0 : parts.counts[rank])
    }

    var loss: Double { control.loss }

    var bytesPerStep: Int {
        guard communicator.size > 1 else { return 0 }
        let own = byteCounts[communicator.rank]
        return byteCounts.reduce(0, +) - own + own + head.byteCount
    }

    func parameterIsFinal(_ index: Int) {}
    func progress() {}
    func startBeforeWaiting() {}

    func reduce(_ own: StepControl, losses: UnsafeBufferPointer<Double>, sampleCount: Int) throws {
        try head.gather(own)
        guard communicator.size > 1 else { return }
        Kernels.narrow(targets[0].gradients.base, into: Self.narrow(send).baseAddress!, count: averaged.count)
        try communicator.allToAll(
            UnsafeBufferPointer(Self.bytes(send)), counts: byteCounts, into: Self.bytes(receive),
            counts: receivedByteCounts)
        addParts()
        // What everybody knows of this rank's own gradients are their rounded values, so all ranks get the same sum.
        try communicator.allGather(
            UnsafeBufferPointer(Self.bytes(sent)), into: Self.bytes(send), counts: byteCounts)
        Kernels.widen(Self.narrow(send).baseAddress!, into: averaged.base, count: averaged.count)
    }

    func filledTargets() -> [Int] { [0] }

    private func addParts() {
        guard let first = Self.narrow(receive).baseAddress, let result = Self.narrow(sent).baseAddress else { return }
        Kernels.widen(first, into: sum.base, count: sum.count)
        for rank in 1..<communicator.size {
            Kernels.add(sum.base, bfloat16: first + rank * sum.count, sum.count)
        }
        Kernels.narrow(sum.base, into: result, count: sum.count)
    }

    private static func bytes(_ storage: FlatStorage) -> UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableRawBufferPointer(storage.elements).assumingMemoryBound(to: UInt8.self)
    }

    private static func narrow(_ storage: FlatStorage) -> UnsafeMutableBufferPointer<UInt16> {
        UnsafeMutableRawBufferPointer(storage.elements).assumingMemoryBound(to: UInt16.self)
    }
}
