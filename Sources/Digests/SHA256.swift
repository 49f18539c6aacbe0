internal import CLibCrypto

/// SHA-256 (FIPS 180-4) of a stream of bytes, by libcrypto's `EVP_sha256`.
public final class SHA256 {
    private let context: OpaquePointer

    /// A digest of no bytes yet.
    public init() {
        guard let context = EVP_MD_CTX_new() else {
            fatalError("libcrypto has no memory for a SHA-256 context (EVP_MD_CTX_new).")
        }
        self.context = context
        start()
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Appends `bytes`. The corresponding C function is `EVP_DigestUpdate`.
    public func update(_ bytes: UnsafeRawBufferPointer) {
        check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count), "EVP_DigestUpdate")
    }

    /// Appends the UTF-8 bytes of `text`.
    public func update(_ text: String) {
        Array(text.utf8).withUnsafeBytes(update)
    }

    /// The digest of everything since the last call, or since the start; the next byte begins a new message.
    /// The corresponding C function is `EVP_DigestFinal_ex`.
    public func finalize() -> SHA256Digest {
        var bytes = [UInt8](repeating: 0, count: 32)
        check(EVP_DigestFinal_ex(context, &bytes, nil), "EVP_DigestFinal_ex")
        start()
        return SHA256Digest(bytes: bytes)
    }

    private func start() {
        check(EVP_DigestInit_ex(context, EVP_sha256(), nil), "EVP_DigestInit_ex")
    }

    /// The one reader of libcrypto's return codes. No input can make these calls fail, only a broken libcrypto.
    private func check(_ code: Int32, _ function: StaticString) {
        if code != 1 {
            fatalError("libcrypto cannot compute SHA-256: \(function) returned \(code).")
        }
    }
}

extension SHA256 {
    /// The digest of `bytes`.
    public static func digest(of bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        let hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// The digest of `bytes`.
    public static func digest(of bytes: [UInt8]) -> SHA256Digest {
        bytes.withUnsafeBytes { digest(of: $0) }
    }

    /// The digest of the UTF-8 bytes of `text`.
    public static func digest(of text: String) -> SHA256Digest {
        digest(of: Array(text.utf8))
    }
}
