/// A JSON object on one line, its fields in the order they are added.
///
/// Foundation's encoder keeps no order and refuses numbers that are not finite; a diverged run must still be logged.
struct JSONLine {
    private var fields = ""

    /// The object, without a newline.
    var text: String { "{\(fields)}" }

    mutating func add(_ name: String, _ value: Int) {
        append(name, String(value))
    }

    mutating func add(_ name: String, _ value: Bool) {
        append(name, String(value))
    }

    mutating func add(_ name: String, _ values: [Int]) {
        append(name, "[\(values.map(String.init).joined(separator: ","))]")
    }

    mutating func add(_ name: String, _ values: [Double]) {
        append(name, "[\(values.map(Self.number).joined(separator: ","))]")
    }

    mutating func add(_ name: String, _ value: UInt64) {
        append(name, String(value))
    }

    /// The shortest decimal that reads back as `value`; `null` for nil, infinity and NaN, which JSON cannot say.
    mutating func add(_ name: String, _ value: Double?) {
        append(name, value.map(Self.number) ?? "null")
    }

    mutating func add(_ name: String, _ value: String?) {
        append(name, value.map(Self.quoted) ?? "null")
    }

    /// An object within the object.
    mutating func add(_ name: String, _ build: (inout JSONLine) -> Void) {
        var inner = JSONLine()
        build(&inner)
        append(name, inner.text)
    }

    private mutating func append(_ name: String, _ value: String) {
        if !fields.isEmpty { fields += "," }
        fields += Self.quoted(name) + ":" + value
    }

    private static func number(_ value: Double) -> String {
        value.isFinite ? "\(value)" : "null"
    }

    /// RFC 8259, section 7: quotation mark, reverse solidus and control characters are escaped.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case ..<" ":
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
