import Digests
import NeuralNetwork
import TensorCore

extension Model {
    /// SHA-256, in hex, of the little-endian float32 bytes of all parameters and then of all buffers, in declared order.
    func digest(of values: FlatStorage, buffers storage: FlatStorage) -> String {
        let digest = SHA256()
        for parameter in parameters { digest.update(UnsafeRawBufferPointer(values[parameter.range])) }
        for buffer in buffers { digest.update(UnsafeRawBufferPointer(storage[buffer.range])) }
        return digest.finalize().hex
    }
}
