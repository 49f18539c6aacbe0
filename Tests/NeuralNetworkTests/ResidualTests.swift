import TestSupport
import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct ResidualTests {
    /// A sum and a rectifier in one loop with a normalisation: the same operations on the same numbers.
    private static let relativeTolerance: Float = 1e-6

    private static let blocks: [(main: [LayerDescription], shortcut: [LayerDescription]?)] = [
        ([.linear(4)], nil),
        ([.linear(6), .batchNorm, .relu, .linear(4), .batchNorm], nil),
        ([.linear(6), .batchNorm], [.linear(6), .batchNorm]),
        ([.batchNorm, .linear(5), .relu], [.linear(5)]),
        ([.relu], nil),
    ]

    @Test(arguments: blocks.indices, [ForwardPass.Mode.training, .evaluation])
    func residual_anyBranches_isTheirRectifiedSum(block: Int, mode: ForwardPass.Mode) throws {
        let (main, shortcut) = Self.blocks[block]
        let fused = try result(.residual(main, shortcut: shortcut), mode)
        let unfused = try result(.oneByOneResidual(main, shortcut), mode)
        #expect(relativeDifference(fused.output, unfused.output) <= Self.relativeTolerance)
        #expect(relativeDifference(fused.statistics, unfused.statistics) <= Self.relativeTolerance)
        if mode == .training { #expect(relativeDifference(fused.gradients, unfused.gradients) <= 1e-5) }
        #expect(fused.output.contains { $0 > 0 } && fused.output.contains { $0 == 0 })
    }

    /// Without this the comparison above would compare a thing with itself.
    @Test func residual_normAtTheEnd_takesSumAndRectifierAlong() throws {
        let names = try result(.residual(Self.blocks[1].main), .training).operations
        #expect(names == ["linear", "batch norm + relu", "linear", "batch norm + add + relu"])
        let others = try result(.residual(Self.blocks[3].main, shortcut: Self.blocks[3].shortcut), .training).operations
        #expect(others == ["batch norm", "linear + relu", "linear", "add + relu"])
    }

    @Test func residual_parts_areNamedByBranchAndPosition() throws {
        let model = try Model(
            inputShape: [4], .sequential([.relu, .residual([.linear(6), .batchNorm], shortcut: [.linear(6)])]))
        #expect(
            model.parameters.map(\.name) == [
                "1.main.0.weight", "1.main.0.bias", "1.main.1.weight", "1.main.1.bias", "1.shortcut.0.weight",
                "1.shortcut.0.bias",
            ])
        #expect(model.buffers.map(\.name) == ["1.main.1.running_mean", "1.main.1.running_var"])
    }

    @Test func residual_branchesOfUnlikeShapes_areRefusedNamingTheLayer() {
        #expect {
            try Model(inputShape: [4], .sequential([.relu, .residual([.linear(6)])]))
        } throws: {
            "\($0)".hasPrefix(
                "Layer '1' (residual) adds its main branch, which gives [6], to its shortcut, which gives [4]")
        }
    }

    private struct Outcome {
        let output, gradients, statistics: [Float]
        let operations: [String]
    }

    private func result(_ description: LayerDescription, _ mode: ForwardPass.Mode) throws -> Outcome {
        let model = try Model(inputShape: [4], description)
        let (values, buffers) = (FlatStorage(count: model.storageCount), model.makeBuffers())
        let gradients = FlatStorage(count: model.storageCount)
        let random = CounterRandom(seed: 2, purpose: "values")
        for index in values.elements.indices { values.elements[index] = Float(random.uniform(UInt64(index)) - 0.5) }
        let tape = Tape(context: try ExecutionContext())
        let pass =
            mode == .training
            ? ForwardPass(training: model, tape: tape, values: values, buffers: buffers, gradients: gradients)
            : ForwardPass(evaluating: model, tape: tape, values: values, buffers: buffers)
        let input = (0..<9 * 4).map { Float(random.uniform(UInt64(1000 + $0)) * 2 - 1) }
        let output = try model(tape.constant(input, shape: [9, 4]), pass)
        let operations = tape.records.map(\.operation.name)
        if mode == .training {
            let labels = (0..<9).map { Int32($0 % model.outputShape[0]) }
            let loss = try labels.withUnsafeBufferPointer { try output.crossEntropy(Labels($0)) }
            try tape.backward(from: loss)
            try model.updateRunningStatistics(buffers, from: #require(pass.target).statistics)
        }
        return Outcome(
            output: output.array, gradients: gradients.array, statistics: buffers.array + [1], operations: operations)
    }
}

extension LayerDescription {
    /// What ``residual(_:shortcut:)`` makes, without fusing anything.
    fileprivate static func oneByOneResidual(
        _ main: [LayerDescription], _ shortcut: [LayerDescription]?
    ) -> LayerDescription {
        struct Block: Layer {
            let main, shortcut: [any Layer]
            func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
                let output = try main.reduce(input) { try $1($0, pass) }
                return try output.add(try shortcut.reduce(input) { try $1($0, pass) }).relu()
            }
        }
        return LayerDescription("one by one") { input, scope in
            let made = try sequence(positions(main), input, scope["main"])
            let side = try sequence(positions(shortcut ?? []), input, scope["shortcut"])
            return (Block(main: made.layer.layers, shortcut: side.layer.layers), made.output)
        }
    }
}
