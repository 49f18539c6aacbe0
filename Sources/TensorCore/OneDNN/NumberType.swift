import COneDNN

/// What the elements of a primitive's argument are.
enum NumberType {
    case float32, bfloat16

    var code: onednn_number {
        switch self {
        case .float32: onednn_float32
        case .bfloat16: onednn_bfloat16
        }
    }
}
