import DataParallel
import Foundation
import SafeTensors
import TestSupport
import Testing

@testable import Training

@Suite struct WeightsFileTests {
    private let folder: TemporaryFolder
    private let experiment: Experiment

    init() throws {
        folder = try TemporaryFolder()
        experiment = smallExperiment(try folder.writeDataset())
    }

    /// What PyTorch would save of the small experiment's model, or something else.
    private struct Tensors {
        var floats: [(name: String, shape: [Int], elements: [Float])] = [
            ("1.weight", [12, 784], (0..<12 * 784).map { Float($0 % 97) * 1e-3 - 0.05 }),
            ("1.bias", [12], (0..<12).map { Float($0) * 1e-2 }),
            ("3.weight", [10, 12], (0..<120).map { Float($0 % 7) * 0.1 - 0.3 }),
            ("3.bias", [10], [Float](repeating: 0.5, count: 10)),
        ]

        func write(to path: String, alsoBytes: [(String, DType, [Int], Int)] = []) throws -> String {
            var writer = SafeTensorsWriter(metadata: ["format": "pt"])
            let storages = floats.map { UnsafeMutableBufferPointer<Float>.allocate(capacity: $0.elements.count) }
            defer { storages.forEach { $0.deallocate() } }
            for (tensor, storage) in zip(floats, storages) {
                _ = storage.initialize(from: tensor.elements)
                try writer.add(tensor.name, shape: tensor.shape, elements: UnsafeBufferPointer(storage))
            }
            let zeros = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
            defer { zeros.deallocate() }
            zeros.initializeMemory(as: UInt8.self, repeating: 0)
            for (name, dtype, shape, count) in alsoBytes {
                try writer.add(name, dtype, shape: shape, bytes: UnsafeRawBufferPointer(rebasing: zeros[..<count]))
            }
            try writer.write(to: path)
            return path
        }
    }

    /// Trains one step at rate 0 from `weights`; returns the checkpoint.
    private func begin(from weights: String, ranks: Int = 1) throws -> SafeTensorsFile {
        var own = experiment
        own.model.weights = weights
        own.training.steps = 1
        own.optimizer.learningRate = 0
        let outcomes = try TestRun(own, runDirectory: folder.path + "/run\(ranks)", ranks: ranks).onThreads()
        if let error = outcomes[0].error { throw error }
        #expect(outcomes.allSatisfy { $0.outcome == outcomes[0].outcome })
        return try SafeTensorsFile(path: folder.path + "/run\(ranks)/checkpoints/step-00000001.safetensors")
    }

    @Test(arguments: [1, 3])
    func training_fromAStateDict_startsWithItsNumbersOnEveryRank(ranks: Int) throws {
        let tensors = Tensors()
        let file = try begin(from: try tensors.write(to: folder.path + "/torch.safetensors"), ranks: ranks)
        for tensor in tensors.floats { #expect(try file.floats(tensor.name) == tensor.elements, "\(tensor.name)") }
    }

    @Test func training_fromACheckpoint_startsWithItsParametersAndNoMore() throws {
        _ = try #require(TestRun(experiment, runDirectory: folder.path + "/first").alone().outcome)
        let path = folder.path + "/first/checkpoints/step-00000010.safetensors"
        let (first, second) = (try SafeTensorsFile(path: path), try begin(from: path))
        #expect(try second.floats("1.weight") == first.floats("1.weight"))
        #expect(second.metadata["step"] == "1")
        #expect(try second.floats("optimizer.velocity.1.bias") != first.floats("optimizer.velocity.1.bias"))
    }

    @Test func training_withPyTorchsCounters_ignoresThem() throws {
        let path = try Tensors().write(
            to: folder.path + "/torch.safetensors", alsoBytes: [("1.num_batches_tracked", .int64, [], 8)])
        _ = try begin(from: path)
    }

    @Test func resume_withoutTheFirstWeights_needsThemNoMore() throws {
        var own = experiment
        own.model.weights = try Tensors().write(to: folder.path + "/torch.safetensors")
        let whole = try #require(TestRun(own, runDirectory: folder.path + "/whole").alone().outcome)
        own.training.steps = 3
        _ = try #require(TestRun(own, runDirectory: folder.path + "/halves").alone().outcome)
        own.training.steps = nil
        try FileManager.default.removeItem(atPath: folder.path + "/torch.safetensors")
        let resumed = TestRun(own, runDirectory: folder.path + "/halves", resume: .auto).alone().outcome
        #expect(resumed == whole)
    }

    /// The sentence for a file with something changed.
    private func refusal(
        alsoBytes: [(String, DType, [Int], Int)] = [], _ change: (inout Tensors) -> Void
    ) throws -> String {
        var tensors = Tensors()
        change(&tensors)
        let path = try tensors.write(to: folder.path + "/torch.safetensors", alsoBytes: alsoBytes)
        return try refusal(of: path)
    }

    private func refusal(of path: String) throws -> String {
        var own = experiment
        own.model.weights = path
        let failures = try TestRun(own, runDirectory: folder.path + "/run", ranks: 3).onThreads()
            .map { try #require($0.error as? SettledFailure) }
        #expect(failures.allSatisfy { $0.exitCode == ExitStatus.badContent.rawValue })
        #expect(failures.enumerated().compactMap { $1.message(for: $0) }.count == 1)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/run"))
        return try #require(failures[0].message(for: 0)).replacing(folder.path + "/", with: "")
    }

    @Test func weights_withoutATensor_areRefusedOnAllRanks() throws {
        #expect(
            try refusal { $0.floats.removeLast() }
                == "torch.safetensors: there is no tensor '3.bias' [10], which the model needs.")
    }

    @Test func weights_ofOtherNames_areRefusedNamingOneThatIsThere() throws {
        #expect(
            try refusal { $0.floats[0].name = "features.0.weight" }
                == "torch.safetensors: there is no tensor '1.weight' [12, 784], which the model needs; it holds "
                + "'features.0.weight', which the model has no place for.")
    }

    @Test func weights_withATensorTooMany_areRefused() throws {
        #expect(
            try refusal { $0.floats.append(("optimizer.velocity.3.bias", [1], [0])) }
                == "torch.safetensors: the model has no place for tensor 'optimizer.velocity.3.bias'.")
    }

    @Test func weights_ofAnotherShape_areRefused() throws {
        #expect(
            try refusal { $0.floats[2].shape = [12, 10] }
                == "torch.safetensors: tensor '3.weight' is F32 [12, 10], but the model needs F32 [10, 12].")
    }

    @Test func weights_ofAnotherType_areRefused() throws {
        #expect(
            try refusal(alsoBytes: [("3.bias", .bfloat16, [10], 20)]) { $0.floats.removeLast() }
                == "torch.safetensors: tensor '3.bias' is BF16 [10], but the model needs F32 [10].")
    }

    @Test(arguments: [Float.nan, .infinity])
    func weights_notFinite_areRefused(number: Float) throws {
        #expect(
            try refusal { $0.floats[1].elements[5] = number }
                == "torch.safetensors: tensor '1.bias' holds a number that is infinite or none at all.")
    }

    @Test func weights_inNoSafeTensorsFile_areRefused() throws {
        #expect(try refusal(of: try folder.write("hello", to: "text")).contains("The safetensors file text is damaged"))
    }

    @Test func weights_notThere_areRefused() throws {
        #expect(try refusal(of: folder.path + "/none") == "Cannot open none: No such file or directory (errno 2).")
    }

    @Test func weights_inADamagedCheckpoint_areRefused() throws {
        let state = try SmallState(in: folder).write()
        try state.damage { $0[$0.count - 1] ^= 1 }
        #expect(try refusal(of: state.path).contains("its content does not match the digest"))
    }
}
