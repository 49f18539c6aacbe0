import Communication
import DataParallel
import Logging
import NeuralNetwork
import TensorCore

extension Experiment.DataParallelSettings {
    /// How gradients are added up. The ranks decide alike, also where they were given different numbers of threads.
    ///
    /// Collective: all ranks must reach this.
    func averaging(
        _ model: NeuralNetwork.Model, _ plan: ComputePlan, over communicator: any Communicator, _ logger: Logger
    ) throws -> GradientAverager.Mode {
        let spansHosts = try Machine.ranksOnThisHost(of: communicator) < communicator.size
        let teams = try communicator.allGather([Int64(plan.team.count)])
        if reproducible {
            return .reproducible(ShardPlan(shardCount: logicalShards, rankCount: communicator.size))
        }
        if wire == .bfloat16 { return .narrow }
        let rule =
            switch overlap {
            case .auto:
                // Global statistics are messages of their own in the middle of the backward pass.
                resolvedBatchNorm == .global
                    ? OverlapRule(overlaps: false, reason: "batch normalisation exchanges statistics during it")
                    : OverlapRule(
                        byteCount: model.storageCount * MemoryLayout<Float>.stride, rankCount: communicator.size,
                        spansHosts: spansHosts, takesUnits: teams.contains { $0[0] > 1 })
            case .always, .never: OverlapRule(overlaps: overlap == .always, reason: "dataParallel.overlap says so")
            }
        logger.debug(
            "Gradients \(rule.overlaps ? "travel" : "do not travel") during the backward pass: \(rule.reason).")
        return .fast(bucketByteLimit: rule.overlaps ? bucketByteLimit : nil)
    }
}
