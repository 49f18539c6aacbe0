import Communication
import NeuralNetwork
import TensorCore

/// What ranks say of a step besides gradients, at the beginning of a message: the ``ControlBlock`` and the batch statistics, of which a
/// rank fills its own slot and leaves the others zero, so that a sum acts as a gather.
struct MessageHead {
    let control: ControlBlock
    let ownStatistics: BatchStatistics
    let statistics: BatchStatistics

    private let rank: Int
    private let ownControl: ControlBlock

    /// The head of the message in `send`, whose sum over the ranks of `communicator` will be in `receive`.
    init(_ model: Model, over communicator: any Communicator, send: FlatStorage, receive: FlatStorage) {
        let (size, controlCount) = (communicator.size, communicator.size * StepControl.floatCount)
        rank = communicator.rank
        ownControl = ControlBlock(rankCount: size, in: send, from: 0)
        control = ControlBlock(rankCount: size, in: receive, from: 0)
        ownStatistics = BatchStatistics(model, pieceCount: size, in: send, from: controlCount)
        statistics = BatchStatistics(model, pieceCount: size, in: receive, from: controlCount)
    }

    /// The elements of a head.
    static func count(_ model: Model, rankCount: Int) -> Int {
        rankCount * (StepControl.floatCount + model.statisticsCount)
    }

    /// Fills the slot of this rank. Statistics are written where they are found.
    func write(_ own: StepControl) {
        ownControl[rank] = own
    }
}
