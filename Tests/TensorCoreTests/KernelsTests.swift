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

    @Test(arguments: [(1, 1), (5, 1), (7, 3), (100, 10), (33, 64), (3, 200), (0, 4)])
    func columnSums_anyShape_matchDoubleReference(_ rows: Int, _ columns: Int) throws {
        let context = try ExecutionContext()
        let matrix = randomFloats("matrix", rows * columns)
        var sums = [Float](repeating: .nan, count: columns)
        Kernels.columnSums(of: matrix, rows: rows, columns: columns, into: &sums, on: context)
        let expected = (0..<columns).map { c in (0..<rows).reduce(0.0) { $0 + Double(matrix[$1 * columns + c]) } }
        expectClose(sums, expected, tolerance: 1e-5, "\(rows) × \(columns)")
    }
}
