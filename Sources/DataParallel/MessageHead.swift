import Communication
import NeuralNetwork
import TensorCore

/// What ranks say of a step besides gradients, as a message of its own: the ``ControlBlock`` and the batch statistics, of which a
/// rank fills its own slot, so that a sum acts as a gather.
final class MessageHead {
    let control: ControlBlock
    let ownStatistics: BatchStatistics
    let statistics: BatchStatistics

    private let communicator: any Communicator
    private let ownControl: ControlBlock
    private let send, receive: FlatStorage

    init(_ model: Model, over communicator: any Communicator) {
        self.communicator = communicator
        let size = communicator.size
        let controlCount = size * StepControl.floatCount
        send = FlatStorage(count: controlCount + size * model.statisticsCount)
        receive = size == 1 ? send : FlatStorage(count: send.count)
        ownControl = ControlBlock(rankCount: size, in: send, from: 0)
        control = ControlBlock(rankCount: size, in: receive, from: 0)
        ownStatistics = BatchStatistics(model, pieceCount: size, in: send, from: controlCount)
        statistics = BatchStatistics(model, pieceCount: size, in: receive, from: controlCount)
    }

    var byteCount: Int { send.count * MemoryLayout<Float>.stride }

    /// Collective: all ranks must reach this.
    func gather(_ own: StepControl) throws {
        ownControl[communicator.rank] = own
        guard receive !== send else { return }
        try communicator.allReduce(UnsafeBufferPointer(send.elements), into: receive.elements, .sum)
    }
}
