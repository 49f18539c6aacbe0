#if _endian(big)
    #error("safetensors holds little-endian numbers, and this module copies them as they lie in memory.")
#endif

/// The element types of the safetensors format, named as its headers name them.
///
/// They stand in order of increasing alignment: files list their tensors by descending element type, so that every tensor
/// is aligned (`safetensors/src/tensor.rs`, enum `Dtype`).
public enum DType: String, CaseIterable, Sendable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case float8E5M2 = "F8_E5M2"
    case float8E4M3 = "F8_E4M3"
    case int16 = "I16"
    case uint16 = "U16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int32 = "I32"
    case uint32 = "U32"
    case float32 = "F32"
    case float64 = "F64"
    case int64 = "I64"
    case uint64 = "U64"

    /// The bytes of one element.
    public var byteCount: Int {
        switch self {
        case .bool, .uint8, .int8, .float8E5M2, .float8E4M3: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .float64, .int64, .uint64: 8
        }
    }

    /// The place in the order of alignment.
    var rank: Int {
        Self.allCases.firstIndex(of: self) ?? 0
    }
}
