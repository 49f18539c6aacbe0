import Foundation
import NeuralNetwork

/// The memory that training or evaluating a model takes on one rank, at the least: what cannot be had is refused before anything is
/// allocated, because the kernel would grant it and end the process later.
struct MemoryNeed {
    let model: NeuralNetwork.Model

    /// Storages of the size of all parameters: values, gradients, their sum, an optimizer's state.
    let storages: Int

    /// The most samples of one forward pass.
    let batch: Int

    /// What `available` bytes are shared by `ranks` ranks of one host for.
    /// - Throws: ``ModelError`` if they do not suffice.
    func require(ranks: Int, available: Int = Self.available) throws {
        let total = Double(ranks) * (parameterBytes + activationBytes)
        guard total > Double(available) else { return }
        throw ModelError(
            "model: \(model.parameterCount) parameters take \(Self.text(parameterBytes)) with gradients and optimizer and a "
                + "pass over \(batch) samples \(Self.text(activationBytes)), on each of this host's ranks (\(ranks)), but the "
                + "host has \(Self.text(Double(available))): make the model or training.globalBatchSize smaller.")
    }

    /// The host's memory, or what the control groups leave of it.
    static var available: Int {
        let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        return min(physical, ControlGroup.current.memoryLimit ?? physical)
    }

    // In floating point, which does not overflow.
    private var parameterBytes: Double { Double(storages) * Double(model.storageCount) * 4 }
    private var activationBytes: Double { Double(batch) * Double(model.activationCount) * 4 }

    private static func text(_ bytes: Double) -> String {
        String(format: "%.1f GiB", bytes / Double(1 << 30))
    }
}
