import COneDNN

extension Primitive {
    /// The greatest element or the mean of each window (`dnnl_pooling_…`).
    static func pooling(
        _ engine: Engine, _ kind: onednn_pooling, source: Descriptor, destination: Descriptor, window: Window
    ) throws -> Primitive {
        let roles: [Role] = [.source, .destination]
        return try Primitive("a pooling", on: engine, kind == onednn_pool_maximum ? roles + [.workspace] : roles) {
            onednn_pooling_forward_create(
                $0, engine.handle, kind, source.handle, destination.handle, window.handle)
        }
    }

    /// The derivative of a pooling.
    static func poolingGradient(
        _ engine: Engine, _ kind: onednn_pooling, source: Descriptor, destination: Descriptor, window: Window
    ) throws -> Primitive {
        let roles: [Role] = [.sourceGradient, .destinationGradient]
        return try Primitive(
            "the derivative of a pooling", on: engine, kind == onednn_pool_maximum ? roles + [.workspace] : roles
        ) {
            onednn_pooling_backward_create(
                $0, engine.handle, kind, source.handle, destination.handle, window.handle)
        }
    }
}
