import Digests
import Testing

/// Known answers: FIPS 180-4 examples (NIST, "SHA256.pdf") and the empty message.
@Suite struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func digest_ofPublishedMessages_isThePublishedOne(message: String, expected: String) {
        #expect(SHA256.digest(of: message).hex == expected)
        #expect(SHA256.digest(of: Array(message.utf8)).description == expected)
    }

    @Test func digest_ofAMillionLettersInUnevenPieces_isThePublishedOne() {
        let hash = SHA256()
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        letters.withUnsafeBytes { bytes in
            var start = 0
            for size in [0, 1, 63, 64, 65, 999_807] {
                hash.update(UnsafeRawBufferPointer(rebasing: bytes[start..<start + size]))
                start += size
            }
            #expect(start == letters.count)
        }
        #expect(hash.finalize().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func finalize_called_startsTheNextMessage() {
        let hash = SHA256()
        hash.update("something else")
        let first = hash.finalize()
        hash.update("abc")
        let second = hash.finalize()
        #expect(first != second)
        #expect(second == SHA256.digest(of: "abc"))
        #expect(second.bytes.count == 32)
    }
}
