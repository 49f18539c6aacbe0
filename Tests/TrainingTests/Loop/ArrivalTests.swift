import TestSupport
import Testing

@testable import Training

@Suite struct ArrivalTests {
    private let folder: TemporaryFolder
    private let experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        experiment = smallExperiment(try folder.writeDataset())
    }

    /// A way of computing and summing the gradients of a step.
    enum Way: CaseIterable {
        case fast, accumulating, narrow, reproducible

        func choose(in experiment: inout Experiment) {
            switch self {
            case .fast: break
            case .accumulating: experiment.training.accumulationSteps = 2
            case .narrow: experiment.dataParallel.wire = .bfloat16
            case .reproducible: experiment.dataParallel.reproducible = true
            }
        }
    }

    /// A sleep lasts at least as long as it was asked to, so the lateness of rank 1 is certain.
    @Test(arguments: Way.allCases)
    func end_oneRankIsLateInSixOfTenSteps_holdsItsSeconds(_ way: Way) throws {
        var training = try run("slow:data:1:5", ranks: 3)
        way.choose(in: &training.experiment)
        #expect(try training.onThreads().allSatisfy { $0.outcome != nil })
        let ends = try Metrics(runDirectory: folder.path + "/run").lists(of: "arrivalSeconds", in: "end")
        let seconds = try #require(ends.last)
        #expect(seconds.count == 3 && seconds.allSatisfy { $0 > 0 } && seconds[1] >= 6 * 0.03)
    }

    /// Computing in pieces begins two forward passes in a step.
    @Test func forward_ofARankThatAccumulates_meetsTheFaultOnceAStep() throws {
        var training = try run("flip:forward:1:3", ranks: 2)
        Way.accumulating.choose(in: &training.experiment)
        training.experiment.dataParallel.replicaCheckEverySteps = 1
        let errors = try training.onThreads().map { $0.error as? TrainingError }
        #expect(errors.allSatisfy { $0 != nil })
    }

    @Test func end_failed_holdsWhatIsKnown() throws {
        #expect(try run("nan:backward:1:3", ranks: 2).onThreads().allSatisfy { $0.error != nil })
        let seconds = try Metrics(runDirectory: folder.path + "/run").lists(of: "arrivalSeconds", in: "end")
        #expect(seconds.map(\.count) == [2])
    }

    @Test func end_oneRank_holdsNone() throws {
        #expect(try run(nil, ranks: 1).alone().outcome != nil)
        #expect(try Metrics(runDirectory: folder.path + "/run").lists(of: "arrivalSeconds", in: "end") == [])
    }

    private func run(_ fault: String?, ranks: Int) throws -> TestRun {
        var run = TestRun(experiment, runDirectory: folder.path + "/run", ranks: ranks)
        run.options.fault = try fault.map { try Fault($0) }
        return run
    }
}
