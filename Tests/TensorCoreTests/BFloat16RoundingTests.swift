import Testing

@testable import TensorCore

@Suite struct BFloat16RoundingTests {
    /// Every upper half, the denormal numbers, infinities and NaNs among them, with lower halves at, below and above the tie.
    private static let inputs: [Float] = (0..<UInt32(1 << 16)).flatMap { upper in
        [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF].map { Float(bitPattern: upper << 16 | $0) }
    }

    @Test(arguments: [1, 2])
    func rounding_everyUpperHalf_givesTheNearestTiesToEven(threads: Int) throws {
        let rounded = try narrow(Self.inputs, threads: threads)
        for (input, result) in zip(Self.inputs, rounded) where result != nearest(input) {
            Issue.record("\(input) became \(String(result, radix: 16)), not \(String(nearest(input), radix: 16))")
            return
        }
    }

    @Test(arguments: [1, 2])
    func roundingInFloat32_everyUpperHalf_givesTheSameNumbers(threads: Int) throws {
        let context = try ExecutionContext(threadCount: threads)
        var wide = [Float](repeating: 0, count: Self.inputs.count)
        Kernels.roundInFloat32(Self.inputs, into: &wide, count: wide.count, on: context)
        let narrow = try narrow(Self.inputs, threads: 1)
        #expect(zip(wide, narrow).allSatisfy { $0.bitPattern == UInt32($1) << 16 })
    }

    /// Below, on and beyond what one instruction rounds at once; nothing behind the last element is touched.
    @Test(arguments: [0, 1, 7, 15, 16, 17, 33, 100])
    func rounding_anyCount_endsWithTheLastElement(count: Int) throws {
        let values = randomFloats("x", count)
        let guarded = try narrow(values, threads: 1, roomFor: count + 5)
        #expect(guarded.prefix(count).elementsEqual(values.map(nearest)))
        #expect(guarded.dropFirst(count).allSatisfy { $0 == 0xABCD })
    }

    /// What the software form multiplies.
    @Test func operand_emulated_isNearestAsFloat32() throws {
        let tape = Tape(context: try ExecutionContext(precision: .emulatedBFloat16))
        let tensor = tape.constant([1, 1.001, -3.14159, 0.1], shape: [4])
        let operand = tensor.operand(in: .emulatedBFloat16)
        #expect(Array(UnsafeBufferPointer(start: operand, count: 4)) == [1, 1, -3.140625, 0.10009765625])
        #expect(tensor.operand(in: .emulatedBFloat16) == operand, "rounded a second time")
        #expect(tensor.operand(in: .float32) == tensor.memory)
    }

    /// `count` results of the loop that stores bfloat16.
    private func narrow(_ values: [Float], threads: Int, roomFor room: Int? = nil) throws -> [UInt16] {
        var result = [UInt16](repeating: 0xABCD, count: (room ?? values.count) + 1)
        let context = try ExecutionContext(threadCount: threads)
        result.withUnsafeMutableBytes {
            let floats = $0.baseAddress?.assumingMemoryBound(to: Float.self)
            if let floats { Kernels.roundToBFloat16(values, into: floats, count: values.count, on: context) }
        }
        return Array(result.dropLast())
    }
}

/// The bfloat16 nearest to `value`, ties to the one whose last bit is 0, told by distances in Double; what lies beyond the greatest
/// counts as if the next power of two were a number. A NaN keeps its sign and its upper bits, and is quiet.
func nearest(_ value: Float) -> UInt16 {
    let below = UInt16(value.bitPattern >> 16)
    if value.isNaN { return below | 0x40 }
    if value.isInfinite { return below }
    func magnitude(_ bits: UInt16) -> Double {
        bits & 0x7FFF == 0x7F80 ? 0x1p128 : abs(Double(Float(bitPattern: UInt32(bits) << 16)))
    }
    let exact = abs(Double(value))
    let (down, up) = (exact - magnitude(below), magnitude(below + 1) - exact)
    if down == up { return below & 1 == 0 ? below : below + 1 }
    return down < up ? below : below + 1
}
