import Communication
import DataParallel
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct GradientAveragerTests {
    /// Fast mode promises the joined batch's gradient up to the order of additions in Float.
    private static let relativeTolerance: Float = 1e-5

    @Test(arguments: [1, 2, 3, 4, 5], [1, 2, 3, 7, 16])
    func average_slicesOfABatch_isTheGradientOfTheJoinedBatch(ranks: Int, samples: Int) throws {
        let joined = try #require(try Self.averages(ofSteps: [samples], ranks: 1).first)
        for sharing in [false, true] {
            for parts in try Self.averages(ofSteps: [samples], ranks: ranks, sharing: sharing) {
                #expect(relativeDifference(parts.gradients, joined.gradients) <= Self.relativeTolerance)
                #expect(relativeDifference([Float(parts.loss)], [Float(joined.loss)]) <= Self.relativeTolerance)
                #expect(parts.correct == joined.correct)
            }
        }
    }

    @Test(arguments: [false, true]) func average_onAllRanks_isTheSameToTheBit(sharing: Bool) throws {
        let results = try Self.averages(ofSteps: [7], ranks: 4, sharing: sharing)
        #expect(results.allSatisfy { $0 == results[0] })
        #expect(results[0].gradients.contains { $0 != 0 })
    }

    /// A gradient left from the step before must not be sent a second time.
    @Test(arguments: [2, 3, 5], [false, true])
    func average_rankWithoutSamplesAfterAStepWithSome_addsNothing(ranks: Int, sharing: Bool) throws {
        let joined = try #require(try Self.averages(ofSteps: [16, 1], ranks: 1).first)
        for parts in try Self.averages(ofSteps: [16, 1], ranks: ranks, sharing: sharing) {
            #expect(relativeDifference(parts.gradients, joined.gradients) <= Self.relativeTolerance)
        }
    }

    /// What a rank adds up must not be what it, or another, has made of it since.
    @Test(arguments: [false, true]) func average_manySteps_areEachThatOfTheJoinedBatch(sharing: Bool) throws {
        let steps = Array(repeating: [16, 3, 7], count: 40).flatMap(\.self)
        let joined = try #require(try Self.averages(ofSteps: steps, ranks: 1).first)
        for parts in try Self.averages(ofSteps: steps, ranks: 3, sharing: sharing) {
            #expect(relativeDifference(parts.gradients, joined.gradients) <= Self.relativeTolerance)
        }
    }

    /// No rank may scale what another still takes the norm of.
    @Test(arguments: [false, true], [0.01, 1e9])
    func clip_onAllRanks_isThatOfTheJoinedBatch(sharing: Bool, norm: Double) throws {
        let joined = try #require(try Self.averages(ofSteps: [16], ranks: 1).first).gradients
        let length = joined.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let expected = joined.map { $0 * Float(min(1, norm / (length + 1e-6))) }
        #expect(length > 0.01)
        for parts in try Self.averages(ofSteps: [16, 16], ranks: 3, sharing: sharing, clip: norm) {
            #expect(relativeDifference(parts.gradients, expected) <= Self.relativeTolerance)
        }
    }

    @Test(arguments: [false, true]) func average_noRankHasSamples_isZero(sharing: Bool) throws {
        let results = try Self.averages(ofSteps: [16, 0], ranks: 3, sharing: sharing)
        #expect(results.allSatisfy { $0.gradients.allSatisfy { $0 == 0 } && $0.loss == 0 && $0.correct == 0 })
    }

    @Test(arguments: [false, true]) func average_whatARankSays_reachesAllInItsSlot(sharing: Bool) throws {
        let said = (0..<4).map { rank in
            var control = StepControl(stopRequested: rank == 2, checkpointRequested: rank > 1)
            (control.loss, control.correct) = (Float(rank) / 4, Float(rank))
            return control
        }
        let heard = try ThreadCommunicator.run(size: 4) { communicator in
            let averager = try GradientAverager(
                try LittleModel.make(), over: communicator, .fast(bucketByteLimit: nil), sharing: sharing)
            averager.targets[0].clear()
            let block = try averager.average(said[communicator.rank])
            #expect(block.loss == 1.5 && block.correct == 6 && block.stopRequested && block.checkpointRequested)
            return (0..<4).map { block[$0] }
        }
        #expect(heard == Array(repeating: said, count: 4))
    }

    /// It must stay in the slot of the rank, or nobody could tell whose it is.
    @Test func average_nanOnOneRank_isANumberOnNoOther() throws {
        let losses = try ThreadCommunicator.run(size: 3) { communicator in
            let averager = GradientAverager(model: try LittleModel.make(), communicator: communicator)
            var control = StepControl()
            control.loss = communicator.rank == 1 ? .nan : 1
            let block = try averager.average(control)
            return [Float(block.loss)] + (0..<3).map { block[$0].loss }
        }
        #expect(losses.allSatisfy { $0[0].isNaN && $0[1] == 1 && $0[2].isNaN && $0[3] == 1 })
    }

    @Test func average_singleProcess_takesNoSecondStorage() throws {
        let model = try LittleModel.make()
        let averager = GradientAverager(model: model, communicator: SingleProcessCommunicator())
        averager.targets[0].gradients.elements.update(repeating: 3)
        _ = try averager.average(StepControl())
        #expect(averager.averaged === averager.targets[0].gradients)
        #expect(averager.averaged[0..<model.storageCount].allSatisfy { $0 == 3 })
        #expect(averager.bytesPerStep == 0)
    }

    /// Two roundings to 8 bits, whatever the number of ranks; and all ranks hold the same.
    @Test(arguments: [1, 2, 3, 5])
    func average_asBFloat16_isTheSumToTwoRoundings(ranks: Int) throws {
        let exact = try #require(try Self.averages(ofSteps: [16, 2, 7], ranks: ranks).first)
        let narrow = try Self.averages(ofSteps: [16, 2, 7], ranks: ranks, mode: .narrow)
        #expect(narrow.allSatisfy { $0 == narrow[0] })
        #expect(relativeDifference(narrow[0].gradients, exact.gradients) <= (ranks == 1 ? 0 : 0x1p-7))
        #expect(ranks == 1 || narrow[0].gradients.allSatisfy { $0.bitPattern & 0xFFFF == 0 })
        #expect(narrow[0].loss == exact.loss && narrow[0].correct == exact.correct)
    }

    @Test func bytesPerStep_asBFloat16_areHalf() throws {
        let bytes = try ThreadCommunicator.run(size: 2) { communicator in
            let model = try Model(inputShape: [64], .multilayerPerceptron(widths: [256], classes: 10))
            let modes: [GradientAverager.Mode] = [.fast(bucketByteLimit: nil), .narrow]
            return modes.map { GradientAverager(model: model, communicator: communicator, mode: $0).bytesPerStep }
        }[0]
        #expect(abs(Double(bytes[1]) / Double(bytes[0]) - 0.5) < 0.01)
    }

    private struct Average: Equatable {
        let gradients: [Float]
        let loss: Double
        let correct: Int
    }

    /// The averaged gradients that each rank ends with, after steps of so many samples, cut as the trainer cuts them.
    private static func averages(
        ofSteps sampleCounts: [Int], ranks: Int, mode: GradientAverager.Mode = .fast(bucketByteLimit: nil),
        sharing: Bool = false, clip: Double? = nil
    ) throws -> [Average] {
        try ThreadCommunicator.run(size: ranks) { communicator in
            let model = try LittleModel.make()
            let averager = try GradientAverager(model, over: communicator, mode, sharing: sharing)
            let little = try LittleModel(model, gradients: averager.targets[0].gradients)
            for count in sampleCounts {
                let (rank, size) = (communicator.rank, communicator.size)
                let slice = rank * count / size..<(rank + 1) * count / size
                if slice.isEmpty { averager.targets[0].clear() }
                _ = try averager.average(
                    slice.isEmpty ? StepControl() : little.computeGradients(slice, globalCount: count))
                if let clip { try averager.clip(toNorm: clip) }
            }
            return Average(
                gradients: Array(averager.averaged[0..<model.storageCount]), loss: averager.gatheredControl.loss,
                correct: averager.gatheredControl.correct)
        }
    }
}
