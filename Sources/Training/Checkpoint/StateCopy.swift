import NeuralNetwork
import TensorCore

/// The tensors of a training's state in the order of files, valid as long as the object is. Only what stands in another order than in
/// memory is copied.
final class StateCopy {
    /// Names, shapes, and elements in the order of files.
    let tensors: [(name: String, shape: Shape, elements: UnsafeBufferPointer<Float>)]
    private let copies: [FlatStorage]

    init(_ state: [StateTensor]) {
        var copies: [FlatStorage] = []
        tensors = state.map { tensor in
            guard let image = tensor.flattenedImage else {
                return (tensor.name, tensor.shape, UnsafeBufferPointer(tensor.elements))
            }
            let copy = FlatStorage(count: tensor.elements.count)
            copies.append(copy)
            image.toFile(UnsafeBufferPointer(tensor.elements), copy.elements)
            return (tensor.name, tensor.shape, UnsafeBufferPointer(copy.elements))
        }
        self.copies = copies
    }
}
