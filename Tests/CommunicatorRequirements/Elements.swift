import Communication

/// A type of element whose values can be made from small integers.
typealias TestElement = CommunicationElement & Numeric

let elementTypes: [any TestElement.Type] = [Float.self, Double.self, Int32.self, Int64.self, UInt8.self]

/// Lengths with no element, with one, odd, and (as Float) over the 64 KiB from which Open MPI takes other algorithms.
let lengths = [0, 1, 7, 20_000]

/// `count` elements from a formula of their index; it must stay below 256, so that it is exact in every type.
func elements<Element: TestElement>(_ type: Element.Type, _ count: Int, _ formula: (Int) -> Int) -> [Element] {
    (0..<count).map { Element(exactly: formula($0)) ?? .zero }
}
