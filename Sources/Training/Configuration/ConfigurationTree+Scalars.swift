extension ConfigurationTree.Content {
    /// What an unquoted word means, by the core schema of YAML 1.2 (section 10.3.2) without octal and hexadecimal numbers.
    ///
    /// So `yes`, `no`, `on` and `off` are words, not truth values.
    init(plain word: String) {
        switch word {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .bool(true)
        case "false", "False", "FALSE": self = .bool(false)
        default: self = Self.number(in: word) == nil ? .text(word) : .number(word)
        }
    }

    /// `value` in the shortest digits that read back as the same number.
    init(_ value: Double) {
        // "1e-05" would be text to readers of YAML 1.1, which want the point.
        let digits = value.description
        let pointed = digits.contains(".") ? digits : digits.replacing("e", with: ".0e")
        self = .number(value.isNaN ? ".nan" : value.isInfinite ? (value < 0 ? "-.inf" : ".inf") : pointed)
    }

    /// The value of a YAML number, nil if `word` is none. Digits beyond the range of Double give infinity.
    static func number(in word: String) -> Double? {
        switch word {
        case ".nan", ".NaN", ".NAN": return .nan
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        default:
            // Swift also reads "nan", "infinity" and hexadecimal; YAML does not.
            guard word.allSatisfy({ "0123456789+-.eE".contains($0) }) else { return nil }
            return Double(word)
        }
    }
}
