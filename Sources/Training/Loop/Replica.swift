import DataParallel
import Datasets
import NeuralNetwork
import TensorCore

/// One rank's copy of the model, its parameters and buffers, with the threads that compute with it.
final class Replica {
    let model: Model
    let loss: Loss
    let values: FlatStorage
    let buffers: FlatStorage
    let team: ThreadTeam

    private let plan: ComputePlan
    /// A row for each unit, or for each thread.
    private let targets: [GradientTarget]
    private let workers: [ComputeWorker]
    /// Whether batch normalisations of ranks wait for each other, so that a rank must compute also where it has no sample.
    private let isAwaited: Bool
    /// Which rows this step has written. A plain buffer, because threads write to it side by side, which an array does not allow.
    private let filled: UnsafeMutableBufferPointer<Bool>
    /// The loss of each unit, over the global number of samples.
    let unitLosses: UnsafeMutableBufferPointer<Double>
    private let unitCorrect: UnsafeMutableBufferPointer<Int>

    /// A replica that computes its rank's share of each step, as `plan` says, into the rows `targets`.
    /// - Throws: ``OneDNNError``.
    init(
        _ model: Model, loss: Loss, _ plan: ComputePlan, targets: [GradientTarget], largestPass: Int,
        statisticsReducer: StatisticsReducer? = nil
    ) throws {
        guard statisticsReducer == nil || plan.team.count == 1 else {
            fatalError(
                "Ranks cannot exchange batch statistics within the passes of \(plan.team.count) threads at once.")
        }
        (self.model, self.loss, self.plan) = (model, loss, plan)
        values = FlatStorage(count: model.storageCount)
        buffers = model.makeBuffers()
        team = plan.team
        self.targets = plan.hasRowPerUnit ? targets : targets + (1..<team.count).map { _ in GradientTarget(model) }
        workers = try Self.makeWorkers(
            model, loss, plan, (values, buffers), self.targets[0], largestPass, statisticsReducer)
        isAwaited = statisticsReducer != nil
        filled = .allocate(capacity: self.targets.count)
        filled.initialize(repeating: false)
        unitLosses = .allocate(capacity: plan.share.unitCount)
        unitLosses.initialize(repeating: 0)
        unitCorrect = .allocate(capacity: plan.share.unitCount)
        unitCorrect.initialize(repeating: 0)
    }

    deinit {
        filled.deallocate()
        unitLosses.deallocate()
        unitCorrect.deallocate()
    }

    /// Each worker is made by the thread that will use it.
    private static func makeWorkers(
        _ model: Model, _ loss: Loss, _ plan: ComputePlan, _ state: (values: FlatStorage, buffers: FlatStorage),
        _ target: GradientTarget, _ largestPass: Int, _ reducer: StatisticsReducer?
    ) throws -> [ComputeWorker] {
        let made = UnsafeMutableBufferPointer<ComputeWorker?>.allocate(capacity: plan.team.count)
        made.initialize(repeating: nil)
        defer { made.deinitialize().deallocate() }
        try plan.team.run { member in
            let worker = try ComputeWorker(
                model, loss: loss, values: state.values, buffers: state.buffers, target: target, pieces: plan.pieces,
                largestPass: largestPass, threadCount: plan.team.kernelThreads, precision: plan.precision)
            worker.tape.statisticsReducer = reducer
            made[member] = worker
        }
        return made.compactMap(\.self)
    }

    /// The parameters with the gaps between them: what every optimizer step covers.
    var parameterRange: Range<Int> {
        0..<model.storageCount
    }

    /// Bytes of tensor memory that its threads have taken so far.
    var pooledByteCount: Int {
        workers.reduce(0) { $0 + $1.context.pooledByteCount }
    }

    /// The numbers that products are computed from.
    var precision: ComputePrecision { plan.precision }

    /// The places of this rank's share of a step of `sampleCount` samples.
    func places(of sampleCount: Int) -> Range<Int> {
        plan.share.places(of: sampleCount)
    }

    /// Gives the calling thread the number of threads of this replica's kernels again, if it has computed with another replica.
    func activate() {
        workers[0].context.activate()
    }

    /// Collects times by operation of the first thread, when set.
    var profile: OperationProfile? {
        get { workers[0].tape.profile }
        set { workers[0].tape.profile = newValue }
    }

    /// Called when a forward pass of the first thread is about to begin, if set.
    var whenForwardBegins: (() throws -> Void)? {
        get { workers[0].whenForwardBegins }
        set { workers[0].whenForwardBegins = newValue }
    }

    /// Computes the gradients of this rank's share of `step`, the loss summed, over all of the step's samples; adds to the times of
    /// `clock`.
    func computeGradients(
        _ step: Samples, of dataset: ImageDataset, clock: PhaseClock, observer: BackwardObserver? = nil
    ) throws -> ComputeWorker.Result {
        for row in filled.indices { filled[row] = false }
        try team.run { member in
            for unit in (0..<plan.share.unitCount).slice(member, of: team.count) {
                try compute(
                    unit, of: step, dataset, member: member, clock: member == 0 ? clock : nil,
                    observer: unit == plan.share.unitCount - 1 ? observer : nil)
            }
        }
        joinRows()
        return ComputeWorker.Result(loss: unitLosses.reduce(0, +), correct: unitCorrect.reduce(0, +))
    }

    private func compute(
        _ unit: Int, of step: Samples, _ dataset: ImageDataset, member: Int, clock: PhaseClock?,
        observer: BackwardObserver?
    ) throws {
        let places = plan.share.unit(unit, of: step.indices.count)
        let row = plan.hasRowPerUnit ? unit : member
        (unitLosses[unit], unitCorrect[unit]) = (0, 0)
        guard !places.isEmpty || isAwaited else { return }
        let result = try workers[member].computeGradients(
            step.with(UnsafeBufferPointer(rebasing: step.indices[places])), of: dataset,
            globalCount: step.indices.count, into: targets[row], accumulating: filled[row], clock: clock,
            observer: observer)
        filled[row] = true
        (unitLosses[unit], unitCorrect[unit]) = (result.loss, result.correct)
    }

    /// Leaves the sum of the threads' rows in the first one, where rows are not kept apart.
    private func joinRows() {
        guard !plan.hasRowPerUnit else {
            for row in targets.indices where !filled[row] { targets[row].statistics.clear(piece: targets[row].piece) }
            return
        }
        if !filled[0] { targets[0].clear() }
        guard targets.count > 1 else { return }
        let (sum, parts) = (targets[0], targets.indices.dropFirst())
        team.forEachPart(of: parameterRange) { [targets, filled] range in
            for row in parts where filled[row] {
                let part = targets[row].gradients
                Kernels.add(sum.gradients.base + range.lowerBound, part.base + range.lowerBound, range.count)
            }
        }
        for row in parts where filled[row] {
            sum.statistics.add(targets[row].statistics, piece: targets[row].piece, of: model, to: sum.piece)
        }
    }

    /// For each of `blocks` blocks of samples the sum of their losses and the number classified correctly, with the parameters as they
    /// are; zeros for a block of none. Threads take different blocks.
    func evaluate(
        blocks: Int, of dataset: ImageDataset, samples: (Int) -> UnsafeBufferPointer<Int32>
    ) throws -> [(lossSum: Double, correct: Int)] {
        try [(lossSum: Double, correct: Int)](unsafeUninitializedCapacity: blocks) { results, count in
            results.initialize(repeating: (0, 0))
            count = blocks
            try team.run { member in
                for block in (0..<blocks).slice(member, of: team.count) {
                    let samples = samples(block)
                    if !samples.isEmpty { results[block] = try workers[member].evaluate(samples, of: dataset) }
                }
            }
        }
    }

    /// The same for samples that one thread computes at once.
    func evaluate(
        _ samples: UnsafeBufferPointer<Int32>, of dataset: ImageDataset
    ) throws -> (lossSum: Double, correct: Int) {
        try workers[0].evaluate(samples, of: dataset)
    }

    /// The kernels of a training pass over `samples` at once, on as many threads as work in a kernel.
    func kernelLimit(_ samples: Samples, of dataset: ImageDataset) throws -> KernelLimit {
        let worker = try ComputeWorker(
            model, loss: loss, values: values, buffers: buffers, target: GradientTarget(model), pieces: plan.pieces,
            largestPass: samples.indices.count, threadCount: plan.team.kernelThreads, precision: plan.precision)
        return try worker.kernelLimit(samples, of: dataset)
    }
}
