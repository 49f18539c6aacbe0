/// Which values a key takes, as a test and in words.
struct Constraint<Value>: Sendable {
    /// Completes "expected …".
    let expectation: String
    let allows: @Sendable (Value) -> Bool
}

extension Constraint where Value == Int {
    /// Whole numbers from `lower` up. The upper bound keeps products of two such numbers inside 64 bits.
    static func atLeast(_ lower: Int, atMost upper: Int = 1_000_000_000) -> Self {
        Self(expectation: "a whole number from \(lower) to \(upper)") { (lower...upper).contains($0) }
    }

    /// Outputs of a layer. More would fit no host, and sizes computed from the bound stay inside 64 bits.
    static var width: Self { .atLeast(1, atMost: 1_000_000) }
}

extension Constraint where Value == UInt64 {
    static var any: Self { Self(expectation: "a whole number from 0 to \(UInt64.max)") { _ in true } }
}

extension Constraint where Value == Double {
    /// Numbers from zero up that float32 can hold.
    static var notNegative: Self {
        Self(expectation: "a number from 0 to 3.4e38, the largest of float32") { $0 >= 0 && Float($0).isFinite }
    }

    /// Numbers that are above zero and finite in float32, too.
    static var positive: Self {
        Self(expectation: "a number from 1e-45 to 3.4e38, the range of float32 above 0") {
            Float($0) > 0 && Float($0).isFinite
        }
    }

    /// A rule of one key's own, in words and as a test.
    static func that(_ expectation: String, _ allows: @escaping @Sendable (Double) -> Bool) -> Self {
        Self(expectation: expectation, allows: allows)
    }

    /// Seconds up to thirty years, so that they convert to every unit of time.
    static var seconds: Self {
        Self(expectation: "a number of seconds above 0 and up to 1000000000") { $0 > 0 && $0 <= 1_000_000_000 }
    }
}

extension Constraint where Value == Bool {
    static var any: Self { Self(expectation: "true or false") { _ in true } }
}

extension Constraint where Value == String {
    static var any: Self { Self(expectation: "text") { _ in true } }

    /// Text that can be a path.
    static var path: Self {
        Self(expectation: "a path") { !$0.isEmpty && !$0.contains("\0") }
    }

    /// Names that make one folder, on every file system and behind every shell.
    static var folderName: Self {
        let expectation =
            "a name that can be a folder (1 to 128 bytes, no slash, backslash or control character, "
            + "no dot, dash or space at its beginning, no space at its end)"
        return Self(expectation: expectation) { name in
            guard let first = name.first, let last = name.last, name.utf8.count <= 128 else { return false }
            return !".- ".contains(first) && last != " "
                && !name.unicodeScalars.contains {
                    $0 == "/" || $0 == "\\" || $0.properties.generalCategory == .control
                }
        }
    }
}

extension Constraint where Value: ConfigurationWord {
    /// The words of an enumeration.
    static var any: Self {
        Self(expectation: Value.allCases.map(\.rawValue).listed("or")) { _ in true }
    }
}
