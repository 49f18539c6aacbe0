public import Communication
public import NeuralNetwork
import Synchronization
import TensorCore

/// The rows of gradients of all ranks, and their sum, in memory that all of them see.
public struct SharedRows {
    /// By shard.
    let rows: [FlatStorage]

    /// Each rank writes its part and reads all.
    let sum: FlatStorage

    /// Rows for the shards of `plan`, or nil on all ranks where they cannot share memory. Collective: all ranks must reach this.
    /// - Throws: what the communicator reports.
    public init?(_ model: Model, _ plan: ShardPlan, over communicator: any Communicator) throws {
        let (count, rank) = (model.storageCount, communicator.rank)
        // Rows begin with pages, which are near to the rank that writes them.
        let pageCount = SharedMemory.pageByteCount / MemoryLayout<Float>.stride
        let rowCount = (count + pageCount - 1) / pageCount * pageCount
        let own = plan.shards(ofRank: rank)
        let part = ElementParts(count, partCount: communicator.size)[rank]
        let sumStart = plan.shardCount * rowCount
        let ownParts = [
            own.lowerBound * rowCount..<own.upperBound * rowCount,
            sumStart + part.lowerBound..<sumStart + part.upperBound,
        ]
        let stride = MemoryLayout<Float>.stride
        guard
            let memory = try SharedMemory.allocate(
                byteCount: (sumStart + rowCount) * stride,
                ownParts: ownParts.map { $0.lowerBound * stride..<$0.upperBound * stride }, over: communicator)
        else { return nil }
        let base = memory.base.bindMemory(to: Float.self, capacity: sumStart + rowCount)
        rows = (0..<plan.shardCount).map { FlatStorage(count: count, at: base + $0 * rowCount, of: memory) }
        sum = FlatStorage(count: count, at: base + sumStart, of: memory)
    }

    /// Called on both sides of a collective operation that orders accesses of different ranks: none moves past it.
    func order() {
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }
}
