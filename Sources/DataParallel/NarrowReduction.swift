import Communication
import NeuralNetwork
import TensorCore

/// The sum of the ranks' gradients with half the bytes: each rank rounds its gradients to bfloat16 and sends every other rank its part
/// of them, which adds in float32, in the order of ranks, and sends the rounded sum to all. So a number is rounded twice, however many
/// ranks there are; a reduction of the MPI library in bfloat16 would round at each addition. What else ranks have to say travels as float32.
final class NarrowReduction: GradientReduction {
    let targets: [GradientTarget]
    let averaged: FlatStorage
    var control: ControlBlock { head.control }
    var statistics: BatchStatistics { head.statistics }

    private let communicator: any Communicator
    private let head: MessageHead
    private let headSend, headReceive: FlatStorage
    /// Elements of the messages to and from each rank. Two of bfloat16 travel as one of float32: MPI counts no further than 2³¹.
    private let sendCounts, receiveCounts: [Int]
    /// Bfloat16: all of this rank, its part of each rank, and its part of the sum.
    private let send, receive, sent: FlatStorage
    private let sum: FlatStorage

    init(_ model: Model, over communicator: any Communicator) {
        self.communicator = communicator
        let (rank, size) = (communicator.rank, communicator.size)
        headSend = FlatStorage(count: MessageHead.count(model, rankCount: size))
        headReceive = size == 1 ? headSend : FlatStorage(count: headSend.count)
        head = MessageHead(model, over: communicator, send: headSend, receive: headReceive)
        let gradients = FlatStorage(count: model.storageCount)
        averaged = size == 1 ? gradients : FlatStorage(count: model.storageCount)
        targets = [GradientTarget(gradients: gradients, statistics: head.ownStatistics, piece: rank)]
        let parts = ElementParts(model.storageCount, partCount: size)
        sendCounts = parts.counts.map { $0 / 2 }
        receiveCounts = Array(repeating: sendCounts[rank], count: size)
        let sizes = Sizes(parts, rank: rank)
        send = FlatStorage(count: sizes.send)
        receive = FlatStorage(count: sizes.receive)
        sent = FlatStorage(count: sizes.sent)
        sum = FlatStorage(count: sizes.sum)
    }

    /// The elements of the storages for messages on one rank, as float32; none where it is alone.
    struct Sizes {
        private(set) var (send, receive, sent, sum) = (0, 0, 0, 0)

        init(_ parts: ElementParts, rank: Int) {
            guard parts.counts.count > 1 else { return }
            sum = parts.counts[rank]
            sent = sum / 2
            send = parts.total / 2
            receive = parts.counts.count * sent
        }

        var total: Int { send + receive + sent + sum }
    }

    var loss: Double { control.loss }

    var bytesPerStep: Int {
        guard communicator.size > 1 else { return 0 }
        let toOthers = send.count - sent.count
        return (headSend.count + toOthers + sent.count) * MemoryLayout<Float>.stride
    }

    var largestMessage: Int { max(headSend.count, send.count, receive.count) }

    func reduce(_ own: StepControl, losses: UnsafeBufferPointer<Double>, sampleCount: Int) throws {
        head.write(own)
        guard communicator.size > 1 else { return }
        try communicator.allReduce(UnsafeBufferPointer(headSend.elements), into: headReceive.elements, .sum)
        Kernels.narrow(targets[0].gradients.base, into: Self.narrow(send), count: averaged.count)
        try communicator.allToAll(
            UnsafeBufferPointer(send.elements), counts: sendCounts, into: receive.elements, counts: receiveCounts)
        addParts()
        // What everybody knows of this rank's own gradients are their rounded values, so all ranks get the same sum.
        try communicator.allGather(UnsafeBufferPointer(sent.elements), into: send.elements, counts: sendCounts)
        Kernels.widen(Self.narrow(send), into: averaged.base, count: averaged.count)
    }

    func filledTargets() -> [Int] { [0] }

    private func addParts() {
        let first = Self.narrow(receive)
        Kernels.widen(first, into: sum.base, count: sum.count)
        for rank in 1..<communicator.size {
            Kernels.add(sum.base, bfloat16: first + rank * sum.count, sum.count)
        }
        Kernels.narrow(sum.base, into: Self.narrow(sent), count: sum.count)
    }

    private static func narrow(_ storage: FlatStorage) -> UnsafeMutablePointer<UInt16> {
        UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: UInt16.self)
    }
}
