import Communication
import DataParallel
import Logging
import NeuralNetwork
import TensorCore

/// How gradients are added up, and what there is to say of it. A pure function of experiment and launch: all ranks decide alike.
struct AveragingChoice: Equatable {
    let mode: GradientAverager.Mode

    /// Whether ranks add gradients in memory that all of them see, if they can have it.
    private(set) var sharesMemory = false

    /// Whether gradients travel during the backward pass, and why; nil where the mode leaves no choice.
    private(set) var overlap: OverlapRule?

    /// What was asked for and cannot be had.
    private(set) var warning: String?

    /// What of a launch decides.
    struct Launch: Equatable {
        var rankCount: Int
        var spansHosts: Bool

        /// Whether threads of any rank compute units of their own.
        var takesUnits: Bool
    }

    init(_ settings: Experiment.DataParallelSettings, _ model: NeuralNetwork.Model, _ launch: Launch) {
        let canShare = settings.sharedMemory && launch.rankCount > 1 && !launch.spansHosts
        guard !settings.reproducible else {
            sharesMemory = canShare
            mode = .reproducible(ShardPlan(shardCount: settings.logicalShards, rankCount: launch.rankCount))
            return
        }
        guard settings.wire == .float32 else {
            mode = .narrow
            return
        }
        let rule = settings.overlapRule(model, launch)
        mode = .fast(bucketByteLimit: rule.overlaps ? settings.bucketByteLimit : nil)
        overlap = rule
        sharesMemory = canShare && !rule.overlaps
        if settings.overlap == .always && launch.takesUnits && launch.rankCount > 1 {
            warning =
                "dataParallel.overlap: true lets no gradients travel during the backward pass where the threads of a rank compute "
                + "pieces of their own: all gradients are complete at the same time."
        }
    }

    /// Warns on rank 0 alone: all have the same to say.
    func explain(to logger: Logger, rank: Int) {
        if let overlap {
            logger.debug(
                "Gradients travel \(overlap.overlaps ? "in buckets" : "all at once"): \(overlap.reason).")
        }
        if let warning, rank == 0 { logger.warning("\(warning)") }
    }
}

extension AveragingChoice.Launch {
    /// Asks the ranks how they compute: they may have been given different numbers of threads.
    ///
    /// Collective: all ranks must reach this.
    init(_ plan: ComputePlan, ranksOnThisHost: Int, over communicator: any Communicator) throws {
        let teams = try communicator.allGather([Int64(plan.team.count)])
        self.init(
            rankCount: communicator.size, spansHosts: ranksOnThisHost < communicator.size,
            takesUnits: teams.contains { $0[0] > 1 })
    }
}

extension Experiment.DataParallelSettings {
    fileprivate func overlapRule(_ model: NeuralNetwork.Model, _ launch: AveragingChoice.Launch) -> OverlapRule {
        guard overlap == .auto else {
            return OverlapRule(overlaps: overlap == .always, reason: "dataParallel.overlap says so")
        }
        guard !exchangesStatistics(model) else {
            // These are messages of their own in the middle of the backward pass.
            return OverlapRule(
                overlaps: false, reason: "batch normalisation exchanges statistics during the backward pass")
        }
        return OverlapRule(
            byteCount: model.storageCount * MemoryLayout<Float>.stride, rankCount: launch.rankCount,
            spansHosts: launch.spansHosts, takesUnits: launch.takesUnits)
    }
}
