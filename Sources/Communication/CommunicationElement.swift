/// The types of number that ranks exchange.
public enum ElementType: Int, Sendable {
    case float32, float64, int32, int64, uint8

    /// Bytes of one element.
    public var byteCount: Int {
        switch self {
        case .float32, .int32: 4
        case .float64, .int64: 8
        case .uint8: 1
        }
    }
}

/// A Swift type that travels between ranks as one of the ``ElementType``s.
public protocol CommunicationElement: BitwiseCopyable, Sendable, Comparable, AdditiveArithmetic {
    /// The wire type.
    static var elementType: ElementType { get }
}

extension Float: CommunicationElement {
    public static var elementType: ElementType { .float32 }
}

extension Double: CommunicationElement {
    public static var elementType: ElementType { .float64 }
}

extension Int32: CommunicationElement {
    public static var elementType: ElementType { .int32 }
}

extension Int64: CommunicationElement {
    public static var elementType: ElementType { .int64 }
}

extension UInt8: CommunicationElement {
    public static var elementType: ElementType { .uint8 }
}

/// How ``Communicator/startAllReduce(_:into:_:)`` combines the ranks' elements.
public enum Reduction: Int, Sendable {
    case sum, minimum, maximum
}
