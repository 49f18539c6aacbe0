import Testing

@testable import TensorCore

@Suite struct LayoutTests {
    private static let shape: Shape = [2, 3, 5, 4]

    /// Channels before height and width: a layout that is not row-major, yet easy to write down.
    private func channelsFirst(_ shape: Shape, on tape: Tape) throws -> Layout? {
        let (height, width, channels) = (shape[1], shape[2], shape[3])
        let strides = [channels * height * width, height * width, width, 1]
        return tape.context.layout(try Descriptor(shape.descriptorSizes, strides: strides), of: shape)
    }

    private func transposed(_ values: [Float], _ shape: Shape) -> [Float] {
        let (pixels, channels) = (shape[1] * shape[2], shape[3])
        return values.indices.map { index in
            let (sample, inside) = (index / (pixels * channels), index % (pixels * channels))
            return values[sample * pixels * channels + inside % pixels * channels + inside / pixels]
        }
    }

    @Test func layout_rowMajorStrides_isNone() throws {
        let tape = try makeTape()
        #expect(tape.context.layout(try Self.shape.plainDescriptor(), of: Self.shape) == nil)
        #expect(tape.context.layout(try Shape([4, 7]).plainDescriptor(), of: [4, 7]) == nil)
    }

    /// With one channel, or one pixel, it does not matter which comes first.
    @Test(arguments: [[3, 5, 4, 1], [3, 1, 1, 4], [1, 1, 1, 1]] as [Shape])
    func layout_axesOfSizeOne_areIgnored(shape: Shape) throws {
        #expect(try channelsFirst(shape, on: makeTape()) == nil)
    }

    @Test func layout_ofEqualDescriptors_isOneObject() throws {
        let tape = try makeTape()
        let (first, second) = (try channelsFirst(Self.shape, on: tape), try channelsFirst(Self.shape, on: tape))
        #expect(first != nil && first === second)
        let other = try channelsFirst([2, 3, 5, 7], on: tape)
        #expect(first !== other)
        let keys = [first, other, nil].map { OperationKey(ReorderOperation.self, Self.shape, layouts: $0) }
        #expect(Set(keys).count == 3)
    }

    @Test func laidOut_tensor_hasItsElementsInThatOrderAndComesBackAsItself() throws {
        let tape = try makeTape()
        let values = randomFloats("x", Self.shape.count)
        let x = tape.variable(values, shape: Self.shape)
        let layout = try channelsFirst(Self.shape, on: tape)
        let y = try x.laidOut(layout)
        #expect(Array(UnsafeBufferPointer(start: y.memory, count: y.memoryCount)) == transposed(values, Self.shape))
        #expect(y.array == values)
        #expect(try y.plain().id == x.id)
        #expect(try x.laidOut(layout).id == y.id)
    }

    @Test func plain_askedForOften_isComputedOnce() throws {
        let tape = try makeTape()
        let x = tape.variable(randomFloats("x", Self.shape.count), shape: Self.shape)
        let y = try x.laidOut(channelsFirst(Self.shape, on: tape)).relu()
        let before = tape.records.count
        let (first, second) = (try y.plain(), try y.plain())
        #expect(first.id == second.id && first.id != y.id)
        #expect(tape.records.count == before + 1)
    }

    @Test func backward_throughLayouts_reachesTheVariable() throws {
        let tape = try makeTape()
        let (values, upstream) = (randomFloats("x", Self.shape.count), randomFloats("u", Self.shape.count))
        let x = tape.variable(values, shape: Self.shape)
        let y = try x.laidOut(channelsFirst(Self.shape, on: tape)).relu()
        // Once through the plain twin, and once through an operation that knows nothing of layouts.
        let flat = try y.flattened().weightedSum(upstream)
        try tape.backward(from: flat.sum(y.weightedSum(upstream)))
        let expected = zip(values, upstream).map { $0 > 0 ? 2 * $1 : 0 }
        #expect(Array(try #require(x.gradient)) == expected)
    }

    @Test func base_ofAnotherLayout_stopsTheProgram() async {
        await #expect(processExitsWith: .failure) {
            let tape = try makeTape()
            let shape: Shape = [1, 2, 2, 2]
            let descriptor = try Descriptor(shape.descriptorSizes, strides: [8, 4, 2, 1])
            let x = tape.constant(randomFloats("x", 8), shape: shape)
            _ = try x.laidOut(tape.context.layout(descriptor, of: shape)).base
        }
    }

    @Test func reset_afterChangesOfLayout_takesNoNewMemory() throws {
        let tape = try makeTape()
        func step() throws {
            tape.reset()
            let x = tape.variable(randomFloats("x", Self.shape.count), shape: Self.shape)
            let y = try x.laidOut(channelsFirst(Self.shape, on: tape)).relu().flattened()
            try tape.backward(from: y.weightedSum(randomFloats("u", Self.shape.count)))
        }
        try step()
        let before = tape.context.pooledByteCount
        for _ in 0..<5 { try step() }
        #expect(tape.context.pooledByteCount == before)
    }
}

extension Tensor {
    /// The sum of two scalars.
    fileprivate func sum(_ other: Tensor) -> Tensor {
        let output = tape.allocate([], needsGradient: true)
        output.elements[0] = scalar + other.scalar
        tape.record(SumOfTwo(), self, other, output: output)
        return output
    }
}

private final class SumOfTwo: TensorCore.Operation {
    let name = "sum"

    func backward(_ record: Record, on tape: Tape) throws {
        let dy = tape.gradient(of: record.output)[0]
        for input in [record.inputs.0, record.inputs.1].compactMap({ $0 }) {
            try tape.withGradient(of: input) { $0[0] = dy }
        }
    }
}
