import COneDNN

/// A oneDNN call that did not succeed.
public struct OneDNNError: Error, Equatable, CustomStringConvertible {
    /// The `dnnl_status_t`.
    public let status: Int32

    /// What was being done.
    public let call: String

    /// Whether oneDNN has no such thing for this processor.
    var isNotImplemented: Bool {
        status == onednn_not_implemented
    }

    public var description: String {
        "oneDNN could not do \(call): \(meaning) (status \(status))."
    }

    private var meaning: String {
        switch status {
        case onednn_out_of_memory: "out of memory"
        case onednn_invalid_arguments: "invalid arguments"
        case onednn_not_implemented: "not implemented on this processor"
        default: "internal error"
        }
    }
}

/// The only reader of oneDNN's return codes.
func check(_ status: Int32, _ call: @autoclosure () -> String) throws {
    if status != onednn_success { throw OneDNNError(status: status, call: call()) }
}
