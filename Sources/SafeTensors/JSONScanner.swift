internal import Files

/// A strict reader of the JSON (RFC 8259) that safetensors headers are made of: objects, arrays, strings and counts.
///
/// Foundation's decoder keeps one of several equal keys in silence; the format forbids them. The caller says what must come
/// next, so nesting never goes deeper than the format does, whatever the file holds.
struct JSONScanner {
    /// Where the text departs from what must stand there.
    struct Fault: Error {
        let offset: Int
        let problem: String
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// An object with distinct keys; `member` reads the value that belongs to each.
    mutating func object(_ member: (inout JSONScanner, String) throws -> Void) throws {
        var keys: Set<String> = []
        try list(from: "{", to: "}") { scanner in
            let key = try scanner.string()
            guard keys.insert(key).inserted else { throw scanner.fault("the key \"\(key.excerpt)\" occurs twice") }
            try scanner.take(":")
            try member(&scanner, key)
        }
    }

    /// An array; `element` reads each value.
    mutating func array(_ element: (inout JSONScanner) throws -> Void) throws {
        try list(from: "[", to: "]", element)
    }

    /// An integer from 0 to `Int.max`, without sign, fraction or exponent.
    mutating func count() throws -> Int {
        skipSpace()
        let start = position
        var value = 0
        while let digit = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            if overflow || carry { throw fault("the number is too large") }
            value = sum
            position += 1
        }
        let leadingZero = position - start > 1 && bytes[start] == UInt8(ascii: "0")
        let continues = peek().map { "+-.eE".utf8.contains($0) } ?? false
        if position == start || leadingZero || continues {
            throw fault("expected a whole number of 0 or more")
        }
        return value
    }

    /// A string.
    mutating func string() throws -> String {
        try take("\"")
        var content: [UInt8] = []
        while let byte = peek(), byte != UInt8(ascii: "\"") {
            if byte < 0x20 { throw fault("a control character inside a string") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                content.append(contentsOf: try escape().utf8)
            } else {
                content.append(byte)
            }
        }
        try take("\"")
        guard let text = String(validating: content, as: UTF8.self) else { throw fault("the string is not UTF-8") }
        return text
    }

    /// The end of the text; only white space may come before it.
    mutating func end() throws {
        skipSpace()
        if position < bytes.count { throw fault("expected the end of the header") }
    }
}

extension JSONScanner {
    func fault(_ problem: String) -> Fault {
        Fault(offset: position, problem: problem)
    }

    private func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func skipSpace() {
        while let byte = peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) throws {
        if !takes(character) { throw fault("expected '\(character)'") }
    }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func list(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar, _ item: (inout JSONScanner) throws -> Void
    ) throws {
        try take(opening)
        if takes(closing) { return }
        repeat { try item(&self) } while takes(",")
        try take(closing)
    }

    /// What the escape after a backslash stands for.
    private mutating func escape() throws -> Unicode.Scalar {
        let simple: [UInt8: Unicode.Scalar] = [
            UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
            UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
        ]
        guard let byte = peek() else { throw fault("the string does not end") }
        position += 1
        if byte == UInt8(ascii: "u") { return try unicodeEscape() }
        guard let scalar = simple[byte] else { throw fault("an unknown escape in a string") }
        return scalar
    }

    /// The scalar of `XXXX`, or of a surrogate pair `XXXX\uXXXX`.
    private mutating func unicodeEscape() throws -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, bytes[position...].starts(with: "\\u".utf8) else { throw fault("half a surrogate pair") }
        position += 2
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault("half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
