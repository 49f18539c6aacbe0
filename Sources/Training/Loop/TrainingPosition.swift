import Foundation

/// Where a training is: what a checkpoint must keep besides the numbers of the model and the optimizer.
public struct TrainingPosition: Codable, Equatable, Sendable {
    /// Optimizer steps done.
    public var step = 0

    /// Whole epochs done.
    public var epoch = 0

    /// Steps done of the running epoch.
    public var stepInEpoch = 0

    /// Sums over the samples of the running epoch.
    var sums = EpochSums()

    /// The result of the last validation, and the step after which it was made.
    var validation: Validation?

    /// Steps that were done without an update, because something in them was not finite; nil if there was none.
    var skips: Skips?

    /// What the order of the samples, and so the meaning of the step counts, depends on.
    var order = Order(seed: 0, sampleCount: 0, globalBatchSize: 0, stepsPerEpoch: 0, datasetDigest: "")

    struct Order: Codable, Equatable, Sendable, CustomStringConvertible {
        let seed: UInt64
        let sampleCount: Int
        let globalBatchSize: Int
        let stepsPerEpoch: Int
        let datasetDigest: String

        var description: String {
            "\(stepsPerEpoch) steps an epoch, on \(sampleCount) samples in global batches of \(globalBatchSize) with seed \(seed) (data \(datasetDigest.prefix(8)))"
        }
    }

    struct EpochSums: Codable, Equatable, Sendable {
        var loss = 0.0
        var correct = 0
        var samples = 0

        /// NaN of no samples: where every step was skipped.
        var meanLoss: Double { loss / Double(samples) }
        var accuracy: Double { Double(correct) / Double(samples) }

        fileprivate func isConsistent(sampleCount: Int) -> Bool {
            samples <= sampleCount && correct <= samples && loss.isFinite
        }
    }

    struct Validation: Codable, Equatable, Sendable {
        let step: Int
        let loss: Double
        let accuracy: Double

        /// The loss may be anything: validation does not stop a training.
        fileprivate func isConsistent(atStep last: Int) -> Bool {
            (0...last).contains(step) && (0...1).contains(accuracy)
        }
    }

    struct Skips: Codable, Equatable, Sendable {
        /// Of all steps.
        var total = 0

        /// Of the last steps, without one that was taken between them.
        var consecutive = 0

        fileprivate func isConsistent(atStep last: Int) -> Bool {
            (0...last).contains(total) && (0...total).contains(consecutive)
        }
    }

    /// The start.
    public init() {}

    /// Whether the last validation is of the state after the last step.
    var isValidated: Bool { validation?.step == step }

    /// The updates that the optimizer has made.
    var stepsTaken: Int { step - (skips?.total ?? 0) }

    /// The steps that were skipped since the last one that was taken.
    var skippedInARow: Int { skips?.consecutive ?? 0 }

    /// Adds one step that nobody takes: its samples are passed over.
    mutating func skipStep() {
        step += 1
        stepInEpoch += 1
        let before = skips ?? Skips()
        skips = Skips(total: before.total + 1, consecutive: before.consecutive + 1)
    }

    /// Adds one step on `samples` samples with the given mean loss.
    mutating func advance(loss: Double, correct: Int, samples: Int) {
        step += 1
        stepInEpoch += 1
        sums.loss += loss * Double(samples)
        sums.correct += correct
        sums.samples += samples
        skips?.consecutive = 0
    }

    /// Whether the counts fit each other: what a file says may be anything, and the training goes on counting from it.
    var isConsistent: Bool {
        let counts = [step, epoch, stepInEpoch, sums.samples, sums.correct]
        let sizes = [order.sampleCount, order.globalBatchSize, order.stepsPerEpoch]
        guard (counts + sizes).allSatisfy((0...Self.largestCount).contains) else { return false }
        let (wholeEpochs, overflow) = epoch.multipliedReportingOverflow(by: order.stepsPerEpoch)
        return !overflow && stepInEpoch <= order.stepsPerEpoch && step - stepInEpoch == wholeEpochs
            && sums.isConsistent(sampleCount: order.sampleCount) && validation?.isConsistent(atStep: step) != false
            && skips?.isConsistent(atStep: step) != false
    }

    /// Far beyond any training, and far enough below the largest integer that sums and successors have room.
    private static let largestCount = 1 << 53

    /// Closes the running epoch.
    mutating func finishEpoch() {
        epoch += 1
        stepInEpoch = 0
        sums = EpochSums()
    }
}

extension TrainingPosition {
    /// The position as JSON with sorted keys, so that equal positions give equal bytes. A validation loss need not be finite.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The position that ``json()`` gave.
    init(json: String) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        self = try decoder.decode(TrainingPosition.self, from: Data(json.utf8))
    }
}

extension TrainingPosition {
    /// What there is to say at the end of a training that has skipped steps, such as "3 of 10 steps were skipped, because something in
    /// them was not finite."; nil if it has not.
    var warningOfSkips: String? {
        guard let skips, skips.total > 0 else { return nil }
        let all =
            "\(skips.total) of \(step) steps \(skips.total == 1 ? "was" : "were") skipped, because something in "
            + "\(skips.total == 1 ? "it" : "them") was not finite"
        guard skips.consecutive > 0 else { return all + "." }
        return all + "; none was taken after step \(step - skips.consecutive), so the training may have diverged there."
    }
}
