import DataParallel
import Datasets
import NeuralNetwork
import TensorCore

/// How a rank computes its share of a step: which units it has, on which threads, and into which rows of gradients.
///
/// Threads either take different units, each with a tape of its own, or all work inside the same kernels. The first is faster for
/// convolutions, whose units fit the cache; it is also the only way to the same bits at any number of threads, because a kernel's bits
/// depend on its threads. The second leaves a batch normalisation the whole slice, and large matrices one copy of the gradients.
struct ComputePlan {
    let share: RankShare
    let pieces: SlicePieces
    let team: ThreadTeam

    /// The numbers that products are computed from.
    let precision: ComputePrecision

    /// Whether each unit has a row of gradients of its own, as reproducible mode needs it.
    let hasRowPerUnit: Bool

    /// A plan for `threads` threads of a rank.
    init(
        _ experiment: Experiment, _ model: Model, threads: Int, rank: Int, size: Int,
        precision: ComputePrecision = .float32
    ) {
        self.precision = precision
        let settings = experiment.dataParallel
        let pieces = SlicePieces(model)
        var units = experiment.training.accumulationSteps
        // Where ranks exchange statistics within a pass, one thread of each must do so.
        var isOnUnits = pieces.largest != nil
        if settings.cutsIntoShards(model) {
            share = .shards(ShardPlan(shardCount: settings.logicalShards, rankCount: size), rank: rank)
            isOnUnits = true
        } else {
            if isOnUnits { units = units.dividedUp(by: threads) * threads }
            share = .slice(rank: rank, rankCount: size, units: units)
        }
        hasRowPerUnit = settings.reproducible
        self.pieces = pieces
        team = ThreadTeam(
            count: isOnUnits ? min(threads, share.unitCount) : 1, kernelThreads: isOnUnits ? 1 : threads)
    }

    /// Whole batches on one rank, computed by `threads` threads inside the kernels.
    init(threads: Int, pieces: SlicePieces = SlicePieces(largest: nil)) {
        share = .slice(rank: 0, rankCount: 1, units: 1)
        self.pieces = pieces
        team = ThreadTeam(count: 1, kernelThreads: threads)
        hasRowPerUnit = false
        precision = .float32
    }

    /// The most samples of one pass, in steps of at most `sampleCount`, evaluation included.
    func largestPass(of sampleCount: Int) -> Int {
        pieces.largestPass(of: max(share.largestUnit(of: sampleCount), EvaluationPlan.blockSize))
    }

    /// Refuses a batch normalisation that would always see a single value of each feature: its result is its bias whatever comes in,
    /// and nothing before it learns. PyTorch refuses that too.
    /// - Throws: ``ModelError``.
    func requireSeveralValues(in model: Model, stepsOf sampleCount: Int, _ settings: Experiment.DataParallelSettings)
        throws
    {
        let ofOneValue = model.outline.first { $0.kind == BatchNorm.kind && $0.output.rows == 1 }
        guard let layer = ofOneValue, !settings.exchangesStatistics(model), share.largestUnit(of: sampleCount) == 1
        else { return }
        throw ModelError(
            "model: layer '\(layer.name)' (\(layer.kind)) would see one sample at a time, and a single value has nothing to "
                + "normalise; make the global batch larger, or training.accumulationSteps or dataParallel.logicalShards "
                + "smaller.")
    }
}

extension Shape {
    /// The places of a sample that share a feature: the elements without the last axis.
    fileprivate var rows: Int { array.dropLast().reduce(1, *) }
}

extension Experiment.DataParallelSettings {
    /// Whether ranks take logical shards of a step of `model`, instead of one slice each.
    func cutsIntoShards(_ model: Model) -> Bool {
        reproducible || (resolvedBatchNorm == .logicalShard && !model.runningStatistics.isEmpty)
    }

    /// Whether ranks exchange batch statistics within each pass through `model`.
    func exchangesStatistics(_ model: Model) -> Bool {
        resolvedBatchNorm == .global && !model.runningStatistics.isEmpty
    }
}
