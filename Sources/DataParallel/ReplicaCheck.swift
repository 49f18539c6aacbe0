public import Communication
public import NeuralNetwork
public import TensorCore

/// Compares what the ranks hold: replicas that took the same steps hold the same bits, or something is broken.
///
/// A hash of 64 bits travels with the step's ``ControlBlock``, so that looking costs no message; only where the hashes differ is there
/// one more exchange, which finds what differs and on whom.
public struct ReplicaCheck: Sendable {
    private let model: Model
    private let values: FlatStorage
    private let buffers: FlatStorage

    /// A check of the parameters in `values` and the buffers in `buffers`, both laid out as `model` says.
    public init(_ model: Model, values: FlatStorage, buffers: FlatStorage) {
        self.model = model
        self.values = values
        self.buffers = buffers
    }

    /// A hash of all parameters and then all buffers: one bit that differs gives another. Allocates nothing.
    public var hash: UInt64 {
        let ofParameters = model.parameters.reduce(0) { Kernels.hash(values[$1.range], seed: $0) }
        return model.buffers.reduce(ofParameters) { Kernels.hash(buffers[$1.range], seed: $0) }
    }

    /// Finds the first parameter or buffer that differs between ranks, and who is odd; nil if all are the same.
    /// Collective: all ranks must reach this.
    /// - Throws: what the communicator reports.
    public func findDifference(over communicator: any Communicator) throws -> ReplicaDifference? {
        let own =
            model.parameters.map { Kernels.hash(values[$0.range], seed: 0) }
            + model.buffers.map { Kernels.hash(buffers[$0.range], seed: 0) }
        let all = try communicator.allGather(own.map { Int64(bitPattern: $0) })
        for (index, name) in (model.parameters.map(\.name) + model.buffers.map(\.name)).enumerated() {
            if let difference = ReplicaDifference(of: name, hashes: all.map { $0[index] }) { return difference }
        }
        return nil
    }
}
