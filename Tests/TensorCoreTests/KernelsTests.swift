import Testing

@testable import TensorCore

@Suite struct KernelsTests {
    @Test func unitFloats_everyByte_isCorrectlyRounded() {
        let bytes = (0...255).map { UInt8($0) }
        var floats = [Float](repeating: -1, count: 256)
        Kernels.unitFloats(from: bytes, into: &floats, count: 256)
        #expect(floats == bytes.map { Float($0) / 255 })
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
