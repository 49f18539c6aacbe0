import Datasets
import Optimization

/// The numbers that follow from the experiment once the number of samples and of ranks is known.
struct StepNumbers {
    let globalBatchSize: Int
    let plan: EpochPlan

    /// The most samples of a step.
    var largestStep: Int { min(globalBatchSize, plan.sampleCount) }

    let totalSteps: Int
    let epochs: Int
    let scaledLearningRate: Double
    let schedule: LearningRateSchedule

    /// - Throws: ``ConfigurationError`` if no step comes out.
    init(_ experiment: Experiment, sampleCount: Int, size: Int) throws {
        let training = experiment.training
        try experiment.requireShards(for: size)
        globalBatchSize = try experiment.globalBatchSize(worldSize: size)
        plan = EpochPlan(sampleCount: sampleCount, globalBatchSize: globalBatchSize, dropLast: training.dropLast)
        guard plan.stepsPerEpoch > 0 else {
            throw ConfigurationError(
                "experiment '\(experiment.name)'", key: "training.dropLast",
                "an epoch of \(sampleCount) samples has no full batch of \(globalBatchSize)")
        }
        let (wanted, overflow) = training.epochs.multipliedReportingOverflow(by: plan.stepsPerEpoch)
        totalSteps = min(overflow ? .max : wanted, training.steps ?? .max)
        epochs = (totalSteps - 1) / plan.stepsPerEpoch + 1
        let optimizer = experiment.optimizer
        scaledLearningRate = optimizer.scaling.scaled(
            optimizer.learningRate, referenceBatchSize: optimizer.referenceBatchSize,
            globalBatchSize: min(globalBatchSize, sampleCount))
        schedule = LearningRateSchedule(
            referenceRate: optimizer.learningRate, scaledRate: scaledLearningRate, stepsPerEpoch: plan.stepsPerEpoch,
            warmupEpochs: experiment.schedule.warmupEpochs, warmupFrom: experiment.schedule.warmupFrom,
            decay: experiment.schedule.resolvedDecay(totalSteps: totalSteps))
    }
}

extension Experiment.ScheduleSettings {
    fileprivate func resolvedDecay(totalSteps: Int) -> LearningRateSchedule.Decay {
        switch decay {
        case .none: .none
        case .cosine: .cosine(totalSteps: totalSteps)
        case .step: .step(milestoneEpochs: milestones, factor: factor)
        }
    }
}
