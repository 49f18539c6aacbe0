import Communication
import NeuralNetwork

/// The ranges of a message that travel one after the other: parameters in reverse order, because the backward pass completes the last
/// ones first (Li et al. 2020, "PyTorch Distributed", arXiv 2006.15704, section 3.2.3). A function of the model and the limit alone, so
/// that all ranks have the same.
struct Buckets {
    private var ranges: [Range<Int>] = []
    private var requests: [Request?]
    /// The bucket of each parameter.
    private var bucketOfParameter: [Int]
    private var isFinal: [Bool]
    private let sizes: [Int]
    private var missing: [Int]
    private var started = 0
    private var done = 0

    /// The first bucket's limit is smaller, so that the first message can leave early.
    private static let firstByteLimit = 1 << 20

    /// Buckets of about `byteLimit` bytes, or one of all; the last has the `head` elements in front of the parameters.
    init(_ model: Model, byteLimit: Int?, head: Int) {
        bucketOfParameter = Array(repeating: 0, count: model.parameters.count)
        var (end, start) = (model.storageCount, model.storageCount)
        for parameter in model.parameters.reversed() {
            start = parameter.range.lowerBound
            bucketOfParameter[parameter.index] = ranges.count
            let limit = min(byteLimit ?? .max, ranges.isEmpty && byteLimit != nil ? Self.firstByteLimit : .max)
            // The first parameter's bucket is closed below, with the head.
            if (end - start) * MemoryLayout<Float>.stride >= limit && parameter.index > 0 {
                ranges.append(head + start..<head + end)
                end = start
            }
        }
        ranges.append(0..<head + end)
        var sizes = [Int](repeating: 0, count: ranges.count)
        for bucket in bucketOfParameter { sizes[bucket] += 1 }
        self.sizes = sizes
        missing = sizes
        isFinal = Array(repeating: false, count: model.parameters.count)
        requests = Array(repeating: nil, count: ranges.count)
    }

    var count: Int { ranges.count }

    subscript(index: Int) -> Range<Int> { ranges[index] }

    /// Notes that a parameter's gradient is complete, however often it is told.
    mutating func parameterIsFinal(_ index: Int) {
        guard !isFinal[index] else { return }
        isFinal[index] = true
        missing[bucketOfParameter[index]] -= 1
    }

    /// Notes that all gradients are, also those that no backward pass reaches.
    mutating func allAreFinal() {
        for index in missing.indices { missing[index] = 0 }
    }

    /// The bucket to start next, if it is complete.
    var nextReady: Int? {
        started < count && missing[started] == 0 ? started : nil
    }

    mutating func noteStart(of index: Int, _ request: Request) {
        requests[index] = request
        started = index + 1
    }

    /// The first bucket that was started and not yet noted as done.
    var oldestUnderWay: (Int, Request)? {
        guard done < started, let request = requests[done] else { return nil }
        return (done, request)
    }

    mutating func noteDone(_ index: Int) {
        requests[index] = nil
        done = index + 1
    }

    /// Forgets the step.
    mutating func beginStep() {
        (started, done) = (0, 0)
        for index in missing.indices { missing[index] = sizes[index] }
        for index in isFinal.indices { isFinal[index] = false }
    }
}
