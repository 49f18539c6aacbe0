import DataParallel
import Datasets
import Foundation
import NeuralNetwork
import TensorCore

/// The memory that training or evaluating a model takes on one rank, about: what cannot be had is refused before anything is
/// allocated, because the kernel would grant it and end the process later. Counted is what is certain; kernels' scratchpads, layouts'
/// padding and weights in other layouts come on top.
struct MemoryNeed {
    let model: NeuralNetwork.Model

    /// Storages of the size of all parameters: values, rows of gradients, an optimizer's state.
    let storages: Int

    /// Float32 of the gradients' sum and of messages, besides.
    var exchanged = 0

    /// The samples whose tensors and gradients are held at a time.
    let trained: Int

    /// The samples of which only tensors are held, besides.
    let evaluated: Int

    /// What `available` bytes are shared by `ranks` ranks of one host for.
    /// - Throws: ``ModelError`` if they do not suffice.
    func require(ranks: Int, available: Int = Self.available) throws {
        let total = Double(ranks) * (parameterBytes + tensorBytes)
        guard total > Double(available) else { return }
        throw ModelError(
            "model: \(model.parameterCount) parameters take \(Self.text(parameterBytes)) with gradients and optimizer and a "
                + "pass over \(max(trained, evaluated)) samples \(Self.text(tensorBytes)), on each of this host's ranks "
                + "(\(ranks)), but the host has \(Self.text(Double(available))): make the model or training.globalBatchSize "
                + "smaller.")
    }

    /// The host's memory, or what the control groups leave of it.
    static var available: Int {
        let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        return min(physical, ControlGroup.current.memoryLimit ?? physical)
    }

    // In floating point, which does not overflow.
    private var parameterBytes: Double { (Double(storages) * Double(model.storageCount) + Double(exchanged)) * 4 }

    /// Bytes of tensors, their gradients and the input.
    var tensorBytes: Double {
        let tensors = Double(trained + evaluated) * Double(model.tensorCount)
        let gradients = Double(trained) * Double(model.gradientCount)
        return (tensors + gradients + Double(max(trained, evaluated) * model.inputShape.count)) * 4
    }

    private static func text(_ bytes: Double) -> String {
        String(format: "%.1f GiB", bytes / Double(1 << 30))
    }
}

extension MemoryNeed {
    /// Of a training whose gradients are added up by `mode`, on the rank of `rankCount` that needs most, so that all say the same; with
    /// steps of at most `largestStep` samples and an optimizer that keeps `stateCount` storages.
    /// - Parameter sharing: Whether ranks add gradients in memory that they share.
    init(
        training model: NeuralNetwork.Model, _ plan: ComputePlan, _ mode: GradientAverager.Mode, sharing: Bool = false,
        rankCount: Int, stateCount: Int, largestStep: Int, validation: Int
    ) {
        let rows = plan.hasRowPerUnit ? plan.share.mostUnits : plan.team.count
        let unit = plan.share.largestUnit(of: largestStep)
        let piece = unit.dividedUp(by: plan.pieces.count(of: unit))
        let block = min(EvaluationPlan.blockSize, validation)
        let blocks = EvaluationPlan(sampleCount: validation).blockCount.dividedUp(by: rankCount)
        self.init(
            model: model, storages: 1 + rows + stateCount,
            exchanged: mode.mostElementsBesidesRows(model, rankCount: rankCount, sharing: sharing),
            trained: plan.team.count * piece,
            // Equal sizes share their memory.
            evaluated: block == piece ? 0 : min(plan.team.count, blocks) * block)
    }

    /// Of an evaluation of `sampleCount` samples.
    init(evaluating model: NeuralNetwork.Model, _ plan: ComputePlan, sampleCount: Int) {
        let blocks = EvaluationPlan(sampleCount: sampleCount).blockCount
        self.init(
            model: model, storages: 2, trained: 0,
            evaluated: min(plan.team.count, blocks) * min(EvaluationPlan.blockSize, sampleCount))
    }
}
