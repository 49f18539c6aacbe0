import Digests

/// A SHA-256 over all that a checkpoint says: safetensors has no check sums of its own, and a flipped bit in a weight or in the
/// position would go unnoticed for ever.
struct ContentDigest {
    private let digest = SHA256()

    /// Begins with the metadata but ``Checkpoint/Key/contentDigest``. Lengths stand before the texts, so that nothing can pass
    /// from one into the next.
    init(metadata: [String: String]) {
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != Checkpoint.Key.contentDigest {
            digest.update("\(key.utf8.count) \(key) \(value.utf8.count) \(value)\n")
        }
    }

    /// Adds one tensor; the order of their names is that of the calls.
    func add(_ name: String, shape: [Int], _ bytes: UnsafeRawBufferPointer) {
        digest.update("\(name.utf8.count) \(name) \(shape)\n")
        digest.update(bytes)
    }

    /// The digest, once everything is added.
    func finish() -> String {
        digest.finalize().hex
    }
}
