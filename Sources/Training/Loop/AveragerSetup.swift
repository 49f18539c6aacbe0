import Communication
import DataParallel
import Datasets
import Logging

/// Brings all ranks to an averager: how gradients are added, and the memory that this takes, once it is known that there is enough for the
/// whole training.
struct AveragerSetup {
    private let inputs: AgreedInputs
    private let experiment: Experiment
    private let plan: ComputePlan
    private let communicator: any Communicator
    private let logger: Logger
    private let ranksOnThisHost: Int
    private let choice: AveragingChoice

    /// Collective: all ranks must reach this.
    init(
        _ inputs: AgreedInputs, _ experiment: Experiment, _ plan: ComputePlan, over communicator: any Communicator,
        _ logger: Logger
    ) throws {
        (self.inputs, self.experiment, self.plan) = (inputs, experiment, plan)
        (self.communicator, self.logger) = (communicator, logger)
        ranksOnThisHost = try Machine.ranksOnThisHost(of: communicator)
        let launch = try AveragingChoice.Launch(plan, ranksOnThisHost: ranksOnThisHost, over: communicator)
        choice = AveragingChoice(experiment.dataParallel, inputs.model, launch)
    }

    /// Collective: all ranks must reach this.
    func makeAverager() throws -> GradientAverager {
        choice.explain(to: logger, rank: communicator.rank)
        try requireMemory(sharing: choice.sharesMemory)
        let averager = GradientAverager(
            model: inputs.model, communicator: communicator, mode: choice.mode,
            shared: choice.sharesMemory ? try shareRows() : nil, team: plan.team)
        try Settlement.settle(over: communicator, exitCode: ExitStatus.of) {
            try MessageSize.require(averager.largestMessage, for: inputs.model, rankCount: communicator.size)
        }
        return averager
    }

    /// Nil where the ranks cannot share memory: messages take more of it.
    private func shareRows() throws -> SharedRows? {
        let plan = choice.mode.rowPlan(rankCount: communicator.size)
        if let rows = try SharedRows(inputs.model, plan, over: communicator) { return rows }
        if communicator.rank == 0 {
            logger.notice("The ranks cannot share memory, so gradients travel in messages.")
        }
        try requireMemory(sharing: false)
        return nil
    }

    private func requireMemory(sharing: Bool) throws {
        let need = MemoryNeed(
            training: inputs.model, plan, choice.mode, sharing: sharing, rankCount: communicator.size,
            stateCount: experiment.optimizer.stateCount, largestStep: inputs.numbers.largestStep,
            validation: inputs.validation.count)
        try Settlement.settle(over: communicator, exitCode: ExitStatus.of) {
            try need.require(ranks: ranksOnThisHost)
        }
    }
}
