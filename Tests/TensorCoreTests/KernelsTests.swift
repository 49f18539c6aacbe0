import Testing

@testable import TensorCore

@Suite struct KernelsTests {
    @Test func gatherUnitFloats_everyByte_isCorrectlyRounded() {
        let bytes = (0...255).map { UInt8($0) }
        var floats = [Float](repeating: -1, count: 256)
        [Int32](0..<64).withUnsafeBufferPointer {
            Kernels.gatherUnitFloats(from: bytes, rows: $0, rowLength: 4, into: &floats)
        }
        #expect(floats == bytes.map { Float($0) / 255 })
    }

    @Test func gatherUnitFloats_rowsInAnyOrder_landInThatOrder() {
        var floats = [Float](repeating: -1, count: 9)
        [Int32]([3, 0, 3]).withUnsafeBufferPointer {
            Kernels.gatherUnitFloats(
                from: [0, 51, 255, 1, 2, 3, 4, 5, 6, 255, 0, 51], rows: $0, rowLength: 3, into: &floats)
        }
        #expect(floats == [1, 0, 0.2, 0, 0.2, 1, 1, 0, 0.2])
    }
}

@Suite struct LinearGradientTests {
    /// Rows and columns around the kernel's squares of 16 × 16: below, on, and beyond their edges.
    static let shapes = [
        (0, 4), (1, 1), (1, 16), (16, 1), (5, 1), (7, 3), (13, 17), (16, 16), (17, 16), (16, 31), (32, 48), (47, 37),
        (100, 10),
    ]

    @Test(arguments: shapes)
    func withoutMask_anyShape_transposesAndSums(_ rows: Int, _ columns: Int) {
        let gradient = randomFloats("gradient", rows * columns)
        let result = linearGradient(gradient, mask: nil, rows: rows, columns: columns)
        #expect(result.difference(from: reference(gradient, rows: rows, columns: columns)) == nil)
    }

    @Test(arguments: shapes)
    func withMask_anyShape_zeroesWhereItIsNotPositive(_ rows: Int, _ columns: Int) {
        let gradient = randomFloats("gradient", rows * columns)
        let mask = rectified(rows * columns)
        let masked = zip(gradient, mask).map { $1 > 0 ? $0 : 0 }
        let result = linearGradient(gradient, mask: mask, rows: rows, columns: columns)
        #expect(result.difference(from: reference(masked, rows: rows, columns: columns)) == nil)
    }

    // As in PyTorch: only a result of zero stops the gradient, so that a NaN is heard of further down.
    @Test(arguments: [0, 100, 16 * 17 + 16])
    func withMask_maskIsNaN_gradientPasses(_ place: Int) {
        let (rows, columns) = (17, 17)
        let gradient = [Float](repeating: 1, count: rows * columns)
        var mask = [Float](repeating: 0, count: rows * columns)
        mask[place] = .nan
        let result = linearGradient(gradient, mask: mask, rows: rows, columns: columns)
        var expected = [Float](repeating: 0, count: rows * columns)
        expected[place] = 1
        #expect(result.difference(from: reference(expected, rows: rows, columns: columns)) == nil)
    }

    @Test func withMask_gradientIsNaNWhereMaskIsZero_becomesZero() {
        var gradient = [Float](repeating: 1, count: 256)
        var mask = gradient
        (gradient[33], mask[33]) = (.nan, 0)
        let result = linearGradient(gradient, mask: mask, rows: 16, columns: 16)
        gradient[33] = 0
        #expect(result.difference(from: reference(gradient, rows: 16, columns: 16)) == nil)
    }

    @Test func withoutSums_stillTransposesAndMasks() {
        let (rows, columns) = (19, 18)
        let gradient = randomFloats("gradient", rows * columns)
        let mask = rectified(rows * columns)
        var expected = reference(zip(gradient, mask).map { $1 > 0 ? $0 : 0 }, rows: rows, columns: columns)
        expected.sums = []
        var result = Result(gradient: gradient, transposed: [Float](repeating: .nan, count: rows * columns), sums: [])
        Kernels.linearGradient(
            &result.gradient, mask: mask, rows: rows, columns: columns, transposed: &result.transposed, sums: nil)
        #expect(result.difference(from: expected) == nil)
    }

    @Test func withoutTranspose_stillMasksAndSums() {
        let (rows, columns) = (19, 18)
        let gradient = randomFloats("gradient", rows * columns)
        let mask = rectified(rows * columns)
        var expected = reference(zip(gradient, mask).map { $1 > 0 ? $0 : 0 }, rows: rows, columns: columns)
        expected.transposed = []
        var result = Result(gradient: gradient, transposed: [], sums: [Float](repeating: .nan, count: columns))
        Kernels.linearGradient(
            &result.gradient, mask: mask, rows: rows, columns: columns, transposed: nil, sums: &result.sums)
        #expect(result.difference(from: expected) == nil)
    }

    /// Columns are cut among threads, and none changes a bit.
    @Test(arguments: [(64, 600), (257, 130), (4_000, 10)], [2, 3, 7])
    func severalThreads_changeNoBit(size: (Int, Int), threads: Int) {
        let (rows, columns) = size
        let gradient = randomFloats("gradient", rows * columns)
        let mask = rectified(rows * columns)
        let one = linearGradient(gradient, mask: mask, rows: rows, columns: columns)
        let several = linearGradient(gradient, mask: mask, rows: rows, columns: columns, threads: threads)
        #expect(several.difference(from: one) == nil)
    }

    struct Result {
        var gradient, transposed, sums: [Float]

        /// The first element that differs, in words; all of them would fill pages.
        func difference(from expected: Result) -> String? {
            let parts = [
                ("gradient", gradient, expected.gradient), ("transposed", transposed, expected.transposed),
                ("sums", sums, expected.sums),
            ]
            for (name, actual, expected) in parts where actual != expected {
                let index = zip(actual, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
                return index.map { "\(name)[\($0)] is \(actual[$0]), not \(expected[$0])" }
                    ?? "\(name) has another count"
            }
            return nil
        }
    }

    private func linearGradient(
        _ gradient: [Float], mask: [Float]?, rows: Int, columns: Int, threads: Int = 1
    ) -> Result {
        var result = Result(
            gradient: gradient, transposed: [Float](repeating: .nan, count: gradient.count),
            sums: [Float](repeating: .nan, count: columns))
        Kernels.linearGradient(
            &result.gradient, mask: mask, rows: rows, columns: columns, threads: threads,
            transposed: &result.transposed, sums: &result.sums)
        return result
    }

    /// To the bit: the kernel promises to add the rows in their order.
    private func reference(_ gradient: [Float], rows: Int, columns: Int) -> Result {
        var result = Result(
            gradient: gradient, transposed: [Float](repeating: 0, count: gradient.count),
            sums: [Float](repeating: 0, count: columns))
        for row in 0..<rows {
            for column in 0..<columns {
                result.transposed[column * rows + row] = gradient[row * columns + column]
                result.sums[column] += gradient[row * columns + column]
            }
        }
        return result
    }

    /// What a rectifier puts out: zeros and positive numbers.
    private func rectified(_ count: Int) -> [Float] {
        randomFloats("mask", count).map { max(0, $0) }
    }
}
