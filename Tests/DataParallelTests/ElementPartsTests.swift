import TensorCore
import Testing

@testable import DataParallel

@Suite struct ElementPartsTests {
    @Test(arguments: [0, 1, 2, 7], [1, 2, 3, 5])
    func parts_ofWholeLines_areDisjointAndComplete(lines: Int, partCount: Int) {
        let parts = ElementParts(lines * FlatStorage.lineCount, partCount: partCount)
        var end = 0
        for part in 0..<partCount {
            #expect(parts[part].lowerBound == end && parts[part].count == parts.counts[part])
            #expect(parts[part].count.isMultiple(of: FlatStorage.lineCount))
            end = parts[part].upperBound
        }
        #expect(end == lines * FlatStorage.lineCount && parts.total == end)
    }

    /// What does not fill a line would belong to nobody.
    @Test func parts_ofABrokenLine_stop() async {
        await #expect(processExitsWith: .failure) { _ = ElementParts(FlatStorage.lineCount + 1, partCount: 2) }
    }
}
