/// The differences one rank noted during one check.
final class Findings {
    private(set) var sentences: [String] = []
    private let rank: Int

    init(rank: Int) {
        self.rank = rank
    }

    func expect<Value: Equatable>(
        _ found: Value, equals expected: Value, _ what: @autoclosure () -> String, file: StaticString = #fileID,
        line: UInt = #line
    ) {
        guard found != expected else { return }
        sentences.append("\(file):\(line): rank \(rank): \(what()) is \(found), expected \(expected).")
    }

    /// The first differing element only: a wrong collective differs in all of them.
    func expect<Element: Equatable>(
        _ found: [Element], equals expected: [Element], _ what: @autoclosure () -> String,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        guard found != expected else { return }
        expect(found.count, equals: expected.count, "the count of \(what())", file: file, line: line)
        guard let index = zip(found, expected).enumerated().first(where: { $1.0 != $1.1 })?.offset else { return }
        expect(found[index], equals: expected[index], "element \(index) of \(what())", file: file, line: line)
    }
}
