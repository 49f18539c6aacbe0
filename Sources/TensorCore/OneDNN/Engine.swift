import COneDNN

/// oneDNN's CPU engine with an in-order stream.
final class Engine {
    let handle: OpaquePointer

    init() throws {
        var made: OpaquePointer?
        try check(onednn_engine_create(&made), "the creation of a CPU engine")
        guard let made else { throw OneDNNError(status: onednn_out_of_memory, call: "the creation of a CPU engine") }
        handle = made
    }

    deinit {
        onednn_engine_destroy(handle)
    }
}
