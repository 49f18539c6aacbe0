import Digests
import NeuralNetwork
import TensorCore

extension Model {
    /// SHA-256, in hex, of all parameters' little-endian float32 bytes in declared order.
    func digest(of values: FlatStorage) -> String {
        let digest = SHA256()
        for parameter in parameters { digest.update(UnsafeRawBufferPointer(values[parameter.range])) }
        return digest.finalize().hex
    }
}
