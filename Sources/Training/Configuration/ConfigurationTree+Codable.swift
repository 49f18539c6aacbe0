extension ConfigurationTree: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        switch content {
        case .list(let elements):
            try elements.encode(to: encoder)
        case .mapping(let entries):
            var container = encoder.container(keyedBy: Key.self)
            for entry in entries { try container.encode(entry.value, forKey: Key(stringValue: entry.key)) }
        default:
            var container = encoder.singleValueContainer()
            try encodeScalar(to: &container)
        }
    }

    private func encodeScalar(to container: inout any SingleValueEncodingContainer) throws {
        switch content {
        case .bool(let value): try container.encode(value)
        case .number(let digits):
            if let whole = Int64(digits) {
                try container.encode(whole)
            } else if let whole = UInt64(digits) {
                try container.encode(whole)
            } else {
                try container.encode(Content.number(in: digits))
            }
        case .text(let text): try container.encode(text)
        default: try container.encodeNil()
        }
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            let entries = try container.allKeys.map {
                Entry(key: $0.stringValue, origin: Self.decoded, value: try container.decode(Self.self, forKey: $0))
            }
            self.init(.mapping(entries), origin: Self.decoded)
        } else if let elements = try? [Self](from: decoder) {
            self.init(.list(elements), origin: Self.decoded)
        } else {
            self.init(try Self.scalar(in: decoder.singleValueContainer()), origin: Self.decoded)
        }
    }

    private static let decoded = "the encoded experiment"

    private static func scalar(in container: any SingleValueDecodingContainer) throws -> Content {
        if container.decodeNil() { return .null }
        if let value = try? container.decode(Bool.self) { return .bool(value) }
        if let value = try? container.decode(Int64.self) { return .number(String(value)) }
        if let value = try? container.decode(UInt64.self) { return .number(String(value)) }
        if let value = try? container.decode(Double.self) { return Content(value) }
        return .text(try container.decode(String.self))
    }
}
