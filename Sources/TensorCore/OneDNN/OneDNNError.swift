/// A oneDNN call that did not succeed.
public struct OneDNNError: Error, Equatable, CustomStringConvertible {
    /// The `dnnl_status_t`.
    public let status: Int32

    /// What was being done.
    public let call: String

    /// Whether oneDNN has no such thing for this processor.
    var isNotImplemented: Bool {
        status == 3
    }

    public var description: String {
        "oneDNN could not do \(call): \(meaning) (status \(status))."
    }

    private var meaning: String {
        switch status {
        case 1: "out of memory"
        case 2: "invalid arguments"
        case 3: "not implemented on this processor"
        default: "internal error"
        }
    }
}

/// The only reader of oneDNN's return codes.
func check(_ status: Int32, _ call: @autoclosure () -> String) throws {
    if status != 0 { throw OneDNNError(status: status, call: call()) }
}
