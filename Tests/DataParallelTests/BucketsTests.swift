import Communication
import NeuralNetwork
import TensorCore
import Testing

@testable import DataParallel

@Suite struct BucketsTests {
    private static func makeModel() throws -> Model {
        try Model(inputShape: [64], .multilayerPerceptron(widths: [700, 300, 40], classes: 10))
    }

    /// Together the buckets are the whole message, from its end to its beginning.
    @Test(arguments: [nil, 1, 4096, 300_000, 1 << 30])
    func buckets_anyLimit_coverTheMessageOnce(limit: Int?) throws {
        let model = try Self.makeModel()
        let buckets = Buckets(model, byteLimit: limit, head: 48)
        var end = 48 + model.storageCount
        for index in 0..<buckets.count {
            #expect(buckets[index].upperBound == end && !buckets[index].isEmpty)
            end = buckets[index].lowerBound
        }
        #expect(end == 0)
        #expect(limit != nil || buckets.count == 1)
        #expect(limit != 1 || buckets.count == model.parameters.count)
    }

    @Test func buckets_areReadyInTheirOrderOnly() throws {
        let model = try Self.makeModel()
        var buckets = Buckets(model, byteLimit: 1, head: 16)
        buckets.parameterIsFinal(model.parameters.count - 2)
        #expect(buckets.nextReady == nil)
        buckets.parameterIsFinal(model.parameters.count - 1)
        buckets.parameterIsFinal(model.parameters.count - 1)
        #expect(buckets.nextReady == 0)
        buckets.noteStart(of: 0, Request(.allReduce, slot: 0))
        #expect(buckets.nextReady == 1)
        buckets.noteStart(of: 1, Request(.allReduce, slot: 1))
        #expect(buckets.nextReady == nil)
        buckets.beginStep()
        #expect(buckets.nextReady == nil && buckets.oldestUnderWay == nil)
    }

    /// Whether gradients travel early is no matter of the result, with ranks that have no sample among them.
    @Test(arguments: [2, 3, 5])
    func average_inBucketsDuringBackward_isTheSameAsAtOnce(ranks: Int) throws {
        let once = try Self.averages(ranks: ranks, limit: nil)
        let buckets = try Self.averages(ranks: ranks, limit: 1)
        #expect(once == buckets)
        #expect(Set(once).count == 1 && once[0].contains { $0 != 0 })
    }

    private static func averages(ranks: Int, limit: Int?) throws -> [[Float]] {
        try ThreadCommunicator.run(size: ranks) { communicator in
            let model = try LittleModel.make()
            let averager = GradientAverager(
                model: model, communicator: communicator, mode: .fast(bucketByteLimit: limit))
            #expect(averager.overlaps == (limit != nil))
            let little = try LittleModel(model, gradients: averager.targets[0].gradients)
            if averager.overlaps { little.observe(averager) }
            for count in [16, 2, 9] {
                let slice = (0..<count).slice(communicator.rank, of: ranks)
                if slice.isEmpty { averager.targets[0].clear() }
                let own = slice.isEmpty ? StepControl() : try little.computeGradients(slice, globalCount: count)
                try averager.waitForAll()
                try averager.average(own)
            }
            return averager.averaged.array
        }
    }

    /// The backward pass says so itself: the last layer's parameters first.
    @Test func backward_tellsParametersFromTheLastToTheFirst() throws {
        let model = try LittleModel.make()
        let little = try LittleModel(model, gradients: FlatStorage(count: model.storageCount))
        var (told, operations) = ([Int](), 0)
        little.observe({ told.append($0) }, { operations += 1 })
        _ = try little.computeGradients(0..<4, globalCount: 4)
        #expect(told.sorted() == [0, 1, 2, 3])
        #expect(Set(told.prefix(2)) == [2, 3] && operations >= 3)
    }
}
