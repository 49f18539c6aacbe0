internal import Files

/// What can be wrong with a safetensors file, or with the tensors meant for one.
public enum SafeTensorsError: Error, Equatable, CustomStringConvertible {
    /// The file breaks a rule of the format.
    case damagedFile(path: String, problem: String)

    /// The header describes `tensor` in a way that breaks a rule of the format.
    case damagedTensor(String, path: String, problem: String)

    /// The file holds no tensor of this name.
    case missingTensor(String, path: String)

    /// The tensor is not of the type or size that the caller needs.
    case unexpectedTensor(String, path: String, expected: String, found: String)

    /// A tensor to be written contradicts itself or another one.
    case unwritableTensor(String, problem: String)

    public var description: String {
        switch self {
        case .damagedFile(let path, let problem):
            "The safetensors file \(path) is damaged: \(problem)."
        case .damagedTensor(let name, let path, let problem):
            "The safetensors file \(path) is damaged: tensor \"\(name.excerpt)\" \(problem)."
        case .missingTensor(let name, let path):
            "The safetensors file \(path) holds no tensor \"\(name.excerpt)\"."
        case .unexpectedTensor(let name, let path, let expected, let found):
            "Tensor \"\(name.excerpt)\" of the safetensors file \(path) is \(found), expected \(expected)."
        case .unwritableTensor(let name, let problem):
            "Tensor \"\(name.excerpt)\" cannot be written to a safetensors file: \(problem)."
        }
    }
}
