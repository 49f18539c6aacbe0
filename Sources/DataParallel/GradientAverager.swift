public import Communication
public import NeuralNetwork
public import TensorCore

/// Sums the gradients of a step's parts over all ranks. Every part divides its loss by the *global* number of samples before, so the
/// sum is the gradient of the mean over the joined batch, however unevenly the samples are spread.
public final class GradientAverager {
    /// How sums are made.
    public enum Mode: Equatable, Sendable {
        /// Each rank brings one row; the MPI library adds them. With a limit, buckets of about so many bytes travel while the backward
        /// pass goes on.
        case fast(bucketByteLimit: Int?)

        /// Each rank brings one row, rounded to bfloat16; the rows are added in float32 and the sum is rounded again.
        case narrow

        /// Each rank brings a row for each of its logical shards; the rows are added in a fixed tree, so that the sum does not depend
        /// on the number of ranks.
        case reproducible(ShardPlan)

        /// Which rows each rank fills.
        public func rowPlan(rankCount: Int) -> ShardPlan {
            if case .reproducible(let plan) = self { return plan }
            return ShardPlan(shardCount: rankCount, rankCount: rankCount)
        }
    }

    let model: Model
    let communicator: any Communicator
    let finiteCheck: FiniteCheck
    private let reduction: any GradientReduction
    private var allHaveArrived = false

    /// Storages for the gradients of `model`, looked through, and where Apus adds them itself added, by the threads of `team`.
    ///
    /// With `shared` rows, made for ``Mode/rowPlan(rankCount:)``, ranks add gradients up where they lie, instead of sending them, in fast
    /// mode without buckets and in reproducible mode.
    public init(
        model: Model, communicator: any Communicator, mode: Mode = .fast(bucketByteLimit: nil),
        shared: SharedRows? = nil, team: ThreadTeam = ThreadTeam(count: 1)
    ) {
        self.model = model
        finiteCheck = FiniteCheck(team)
        self.communicator = communicator
        reduction =
            switch (mode, shared) {
            case (.fast(nil), let shared?), (.reproducible, let shared?):
                SharedReduction(model, mode, in: shared, over: communicator, team: team)
            case (.fast(let limit), _): MessageReduction(model, over: communicator, bucketByteLimit: limit)
            case (.narrow, _): NarrowReduction(model, over: communicator)
            case (.reproducible(let plan), _): ShardReduction(model, plan, over: communicator, team: team)
            }
    }

    /// The rows that this rank fills: one, or one for each of its logical shards. A rank without samples must clear its
    /// row; otherwise it would send the gradient of the step before again.
    public var targets: [GradientTarget] { reduction.targets }

    /// The sum over all ranks, laid out as the model's parameters, valid after ``average(_:losses:sampleCount:)``.
    public var averaged: FlatStorage { reduction.averaged }

    /// The batch statistics of all parts, the same on each rank, valid after ``average(_:losses:sampleCount:)``.
    public var gatheredStatistics: BatchStatistics { reduction.statistics }

    /// What all ranks said of the step, the same on each, valid after ``average(_:losses:sampleCount:)``.
    public var gatheredControl: ControlBlock { reduction.control }

    /// The mean loss of the step's samples, the same on each rank, valid after ``average(_:losses:sampleCount:)``.
    public var loss: Double { reduction.loss }

    /// The number of bytes that this rank contributes to the messages of a step, without those of ``statisticsReducer()``, which are
    /// sent within the pass.
    public var bytesPerStep: Int { reduction.bytesPerStep }

    /// Whether gradients are added in memory that the ranks share.
    public var sharesMemory: Bool { reduction is SharedReduction }

    /// The most elements of a buffer that a step's message comes from or goes to. MPI counts no more than 2³¹ − 1.
    public var largestMessage: Int { communicator.size == 1 ? 0 : reduction.largestMessage }

    /// Whether there is more than one bucket, so that ``parameterIsFinal(_:)`` starts something.
    public var overlaps: Bool { reduction.overlaps }

    /// For batch normalisations by the statistics of all ranks together: sums numbers in place over the ranks, with a message of its
    /// own at each call. Collective: all ranks must call it equally often.
    public func statisticsReducer() -> StatisticsReducer {
        var sums: [Double] = []
        return { [communicator] numbers in
            if sums.count < numbers.count { sums = Array(repeating: 0, count: numbers.count) }
            try sums.withUnsafeMutableBufferPointer {
                let received = UnsafeMutableBufferPointer(rebasing: $0[..<numbers.count])
                try communicator.allReduce(UnsafeBufferPointer(numbers), into: received, .sum)
                _ = numbers.update(fromContentsOf: received)
            }
        }
    }

    /// Says that the backward pass will not change the gradient of the model's parameter `index` any more, in the last of this rank's
    /// parts: its bucket may be started.
    public func parameterIsFinal(_ index: Int) throws {
        try reduction.parameterIsFinal(index)
    }

    /// Moves messages under way forward; nothing else does while a rank computes.
    public func progress() throws {
        try reduction.progress()
    }

    /// Waits until all ranks have finished their backward pass. What follows is then transfer, not waiting.
    /// - Throws: what the communicator reports.
    public func waitForAll() throws {
        try reduction.startBeforeWaiting()
        // Collective: all ranks must reach this.
        try communicator.barrier()
        allHaveArrived = true
    }

    /// Sums the gradients over the ranks, and gathers what they say of the step and their batch statistics; waits for all before, if
    /// that has not been done.
    ///
    /// Collective: all ranks must reach this.
    /// - Parameters:
    ///   - own: What this rank says of its part.
    ///   - losses: The loss of each of this rank's shards, over `sampleCount`. Needed in reproducible mode, and only there.
    ///   - sampleCount: The samples of the step, over all ranks, at least one. Needed in reproducible mode, and only there.
    /// - Throws: what the communicator reports.
    @discardableResult
    public func average(
        _ own: StepControl, losses: UnsafeBufferPointer<Double> = .init(start: nil, count: 0), sampleCount: Int = 0
    ) throws -> ControlBlock {
        if !allHaveArrived { try waitForAll() }
        allHaveArrived = false
        try reduction.reduce(own, losses: losses, sampleCount: sampleCount)
        return gatheredControl
    }

    /// Scales the averaged gradient so that its norm over all parameters is at most `norm` (Pascanu et al. 2013, arXiv 1211.5063; the
    /// form of `torch.nn.utils.clip_grad_norm_`). All ranks have the same gradient, so they scale alike. Collective: all ranks must
    /// reach this.
    /// - Throws: what the communicator reports.
    public func clip(toNorm norm: Double) throws {
        let found = Kernels.sumOfSquares(averaged.elements).squareRoot()
        let factor = norm / (found + 1e-6)
        // In any case: whether ranks meet must not hang on a number that each has computed for itself.
        try reduction.scale(by: Float(min(factor, 1)))
    }

    /// The rows that the last step has filled.
    var filledTargets: [GradientTarget] {
        reduction.filledTargets().map { targets[$0] }
    }
}
