import Communication
import NeuralNetwork
import TensorCore

/// The sum of the ranks' gradients by the MPI library's allreduce, bucket by bucket. In front of the gradients, so in the last bucket,
/// travels the ``MessageHead``.
final class MessageReduction: GradientReduction {
    let targets: [GradientTarget]
    let averaged: FlatStorage
    var control: ControlBlock { head.control }
    var statistics: BatchStatistics { head.statistics }

    private let communicator: any Communicator
    private let head: MessageHead
    private let send: FlatStorage
    private let receive: FlatStorage
    private var buckets: Buckets

    /// - Parameter bucketByteLimit: Bytes of a bucket, about; nil for all in one.
    init(_ model: Model, over communicator: any Communicator, bucketByteLimit: Int?) {
        self.communicator = communicator
        let size = communicator.size
        let headCount = FlatStorage.wholeLines(MessageHead.count(model, rankCount: size))
        send = FlatStorage(count: headCount + model.storageCount)
        // One rank's sum is what it has: a second storage would cost a copy of all gradients per step.
        receive = size == 1 ? send : FlatStorage(count: send.count)
        head = MessageHead(model, over: communicator, send: send, receive: receive)
        let own = FlatStorage(headCount..<send.count, of: send)
        averaged = size == 1 ? own : FlatStorage(headCount..<send.count, of: receive)
        targets = [GradientTarget(gradients: own, statistics: head.ownStatistics, piece: communicator.rank)]
        buckets = Buckets(model, byteLimit: bucketByteLimit, head: headCount)
    }

    var loss: Double { control.loss }

    var bytesPerStep: Int {
        communicator.size == 1 ? 0 : send.count * MemoryLayout<Float>.stride
    }

    var largestMessage: Int { (0..<buckets.count).map { buckets[$0].count }.max() ?? 0 }

    var overlaps: Bool { communicator.size > 1 && buckets.count > 1 }

    func parameterIsFinal(_ index: Int) throws {
        guard communicator.size > 1 else { return }
        buckets.parameterIsFinal(index)
        try startReady()
    }

    func progress() throws {
        while let (index, request) = buckets.oldestUnderWay, try communicator.isComplete(request) {
            buckets.noteDone(index)
        }
    }

    func startBeforeWaiting() throws {
        guard communicator.size > 1 else { return }
        buckets.allAreFinal()
        try startReady()
    }

    func reduce(_ own: StepControl, losses: UnsafeBufferPointer<Double>, sampleCount: Int) throws {
        head.write(own)
        guard communicator.size > 1 else { return }
        buckets.allAreFinal()
        try startReady()
        try start(buckets.count - 1)
        while let (index, request) = buckets.oldestUnderWay {
            if buckets.count > 1 { communicator.waitPolicy.board.note(bucket: index) }
            try communicator.wait(request)
            buckets.noteDone(index)
        }
        buckets.beginStep()
    }

    func filledTargets() -> [Int] {
        [0]
    }

    /// Starts what is complete, in the order of buckets: all ranks must start the same. The last waits for the head.
    private func startReady() throws {
        while let next = buckets.nextReady, next < buckets.count - 1 { try start(next) }
    }

    private func start(_ index: Int) throws {
        let range = buckets[index]
        // Collective: all ranks must reach this.
        buckets.noteStart(
            of: index, try communicator.startAllReduce(UnsafeBufferPointer(send[range]), into: receive[range], .sum))
    }
}
