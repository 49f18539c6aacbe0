import TensorCore
import Testing

@testable import DataParallel

@Suite struct FiniteCheckTests {
    /// Whoever of the threads finds it, and once; the next look knows nothing of it.
    @Test(arguments: [(1, 1), (3, 1), (1, 2)], [Float.nan, .infinity, -.infinity])
    func check_oneNumberNotFinite_failsWhereverItIs(threads: (Int, Int), value: Float) {
        let check = FiniteCheck(ThreadTeam(count: threads.0, kernelThreads: threads.1))
        let storage = FlatStorage(count: 100_000)
        for place in [0, 33_332, 49_999, 50_000, 70_000, 99_999] {
            #expect(check.passes(storage))
            storage.base[place] = value
            #expect(!check.passes(storage), "at \(place)")
            storage.base[place] = 0
        }
        #expect(check.passes(storage))
    }
}
