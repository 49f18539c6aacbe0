import SafeTensors
import TestSupport
import Testing

@testable import Training

/// What `Tests/Golden/make_models.py` wrote; the script states the format.
struct ModelsGolden: Decodable {
    struct Run: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let batch: Int
        let tensors: [GoldenTensor]
        let optimizer: Settings
        let firstLogits, lastLogits, losses: [Float]

        var testDescription: String { name }
    }

    struct Settings: Decodable, Sendable {
        let learningRate, momentum, weightDecay: Double
    }

    private let models: [Run]

    static func load() throws -> [Run] {
        try (GoldenFile.read("models") as ModelsGolden).models
    }
}

/// What `Tests/Golden/make_small_network.py` wrote; the script states the format.
struct SmallNetworkGolden: Decodable {
    let batch: Int
    let logits: [Float]

    static func load() throws -> SmallNetworkGolden {
        try GoldenFile.read("small_network")
    }

    /// The weights, as PyTorch wrote them.
    static let weights = GoldenFile.path("small_network.safetensors")
}

extension ModelsGolden.Run {
    /// The architecture as a configuration names it.
    var architecture: Experiment.Architecture {
        get throws {
            switch name {
            case "lenet": .lenet
            case "cnn": .cnn
            case "resnet8": .resnet8
            default: throw UnknownModel(name: name)
            }
        }
    }

    struct UnknownModel: Error {
        let name: String
    }

    /// Writes the numbers of the formula as PyTorch would save them; returns the file's path.
    func writeStateDict(in folder: TemporaryFolder) throws -> String {
        let path = folder.path + "/\(name).safetensors"
        var writer = SafeTensorsWriter(metadata: ["format": "pt"])
        let storages = tensors.enumerated().map { index, tensor in
            let elements = tensor.elements(index)
            let storage = UnsafeMutableBufferPointer<Float>.allocate(capacity: elements.count)
            _ = storage.initialize(from: elements)
            return storage
        }
        defer { storages.forEach { $0.deallocate() } }
        for (tensor, storage) in zip(tensors, storages) {
            try writer.add(tensor.name, shape: tensor.shape, elements: UnsafeBufferPointer(storage))
        }
        try writer.write(to: path)
        return path
    }
}
