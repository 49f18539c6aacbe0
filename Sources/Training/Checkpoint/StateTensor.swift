import Files
import NeuralNetwork
import Optimization
import SafeTensors
import TensorCore

/// One tensor of a training's state: what files call it and in what order they have it, and where its elements lie.
///
/// This is the border between memory and files. Files keep PyTorch's names and orders: weights of convolutions are
/// `[outputs, inputs, height, width]` on both sides, features flattened from an image differ.
struct StateTensor {
    let name: String
    let shape: Shape
    let flattenedImage: FlattenedImage?
    let elements: UnsafeMutableBufferPointer<Float>

    /// Whether no element is infinite or not a number.
    var isFinite: Bool { Kernels.areFinite(elements) }
}

extension Model {
    /// The parameters and buffers.
    func tensors(_ values: FlatStorage, buffers storage: FlatStorage) -> [StateTensor] {
        let kept = buffers.map {
            StateTensor(
                name: $0.name, shape: $0.shape, flattenedImage: $0.flattenedImage, elements: storage[$0.range])
        }
        return parameters.map { $0.tensor(called: $0.name, in: values) } + kept
    }

    /// What `optimizer` remembers, as `optimizer.<state>.<parameter>`.
    func tensors(of optimizer: any Optimizer) -> [StateTensor] {
        optimizer.state.flatMap { state in
            parameters.map { $0.tensor(called: "optimizer.\(state.name).\($0.name)", in: state.storage) }
        }
    }
}

extension Parameter {
    fileprivate func tensor(called name: String, in storage: FlatStorage) -> StateTensor {
        StateTensor(name: name, shape: shape, flattenedImage: flattenedImage, elements: storage[range])
    }
}

extension SafeTensorsFile {
    /// Copies the file's tensor of this name to where `tensor` lies.
    /// - Throws: ``CheckpointError`` if the file's has another type or shape; ``SafeTensorsError``, ``FileError``.
    private func read(_ tensor: StateTensor) throws {
        try require(tensor.name, tensor.shape)
        guard let image = tensor.flattenedImage else {
            return try read(tensor.name, into: UnsafeMutableRawBufferPointer(tensor.elements))
        }
        try floats(tensor.name).withUnsafeBufferPointer { image.toMemory($0, tensor.elements) }
    }

    /// Copies the file's tensors of these names to where `tensors` lie.
    /// - Throws: ``CheckpointError`` if one has another type or shape, or holds an infinite element or one that is not a number;
    ///   ``SafeTensorsError``, ``FileError``.
    func read(_ tensors: [StateTensor]) throws {
        for tensor in tensors {
            try read(tensor)
            guard tensor.isFinite else {
                throw CheckpointError(
                    path, "tensor '\(tensor.name)' holds a number that is infinite or none at all")
            }
        }
    }

    /// Checks that the file holds all of `tensors`, and nothing else but what `isIgnored`.
    /// - Throws: ``CheckpointError`` naming the first tensor that is missing or too many.
    func requireNames(of tensors: [StateTensor], ignoring isIgnored: (String) -> Bool) throws {
        let found = Set(entries.map(\.name))
        let needed = Set(tensors.map(\.name))
        let stranger = entries.map(\.name).first { !needed.contains($0) && !isIgnored($0) }
        if let missing = tensors.first(where: { !found.contains($0.name) }) {
            let instead = stranger.map { "; it holds '\($0.excerpt)', which the model has no place for" } ?? ""
            throw CheckpointError(
                path, "there is no tensor '\(missing.name)' \(missing.shape), which the model needs\(instead)")
        }
        if let stranger {
            throw CheckpointError(path, "the model has no place for tensor '\(stranger.excerpt)'")
        }
    }

    /// Checks that the file holds a float32 tensor of this name and shape.
    /// - Throws: ``CheckpointError`` if it has another type or shape; ``SafeTensorsError``.
    func require(_ name: String, _ shape: Shape) throws {
        let entry = try entry(name)
        guard entry.shape == shape.array, entry.dtype == .float32 else {
            let found = "\(entry.dtype.rawValue) \(entry.shape)".excerpt
            throw CheckpointError(path, "tensor '\(name)' is \(found), but the model needs F32 \(shape)")
        }
    }
}
